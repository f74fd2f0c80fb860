"""What ``scripts.train_reader`` is made of: from rows of questions to the weights of a reader."""
