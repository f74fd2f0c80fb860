"""How an official document (văn bản) is laid out."""
