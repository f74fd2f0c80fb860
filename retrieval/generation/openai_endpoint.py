"""Home of httpx: an OpenAI-compatible endpoint (Ollama, vLLM, llama.cpp, …) as a generator."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from retrieval.errors import GenerationError

MOST_BYTES = 200_000  # of a reply; one of a few sentences has some hundreds
MOST_TOKENS = 400
_AT_ONCE = 4  # requests; whoever comes later is answered without the model when time runs out
_PATH = "/chat/completions"
_INSTRUCTION = (
    "Bạn giúp cán bộ tra cứu văn bản của Đảng. Chỉ dùng các đoạn được đánh số dưới đây, không dùng "
    "kiến thức khác. Trả lời bằng tiếng Việt, từ một đến ba câu ngắn, giữ nguyên từ ngữ và con số "
    "của các đoạn, không tính toán, không gạch đầu dòng. Cuối mỗi câu, trước dấu chấm, ghi số của "
    "đoạn làm căn cứ, ví dụ [1] hoặc [1, 2]. Nếu các đoạn không trả lời được thì chỉ viết: KHÔNG."
)


@dataclass(frozen=True)
class Endpoint:
    """A model behind ``url`` (".../v1"); no reply takes longer than ``timeout`` seconds."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 20.0
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_AT_ONCE, "generation"),
        repr=False,
        compare=False,
    )

    @classmethod
    def of(
        cls, url: str | None, model: str | None, key: str | None, timeout: float
    ) -> "Endpoint | None":
        """Return the endpoint that is set, or None: then nothing ever leaves the machine."""
        return cls(url, model, key, timeout) if url and model else None

    def generate(self, question: str, passages: Sequence[str]) -> str:
        """Ask the model; raises GenerationError, at the latest when the time is over."""
        deadline = time.monotonic() + self.timeout
        numbered = "\n\n".join(f"[{n}] {text}" for n, text in enumerate(passages, 1))
        body = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": _INSTRUCTION},
                {"role": "user", "content": f"{numbered}\n\nCâu hỏi: {question}"},
            ],
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "stream": False,
        }
        future: Future[bytes] = self._threads.submit(self._post, body, deadline)
        try:
            # A name that does not resolve or a trickle of bytes must not hold the answer up.
            raw = future.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            future.cancel()
            raise GenerationError("time is over") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise GenerationError(type(error).__name__) from error
        return _content(raw)

    def _post(self, body: dict[str, object], deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise GenerationError("time is over")
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        address = self.url if self.url.endswith(_PATH) else self.url.rstrip("/") + _PATH
        # neither proxies nor credentials of the environment: the address is where the text goes
        with (
            httpx.Client(timeout=left, trust_env=False) as client,
            client.stream("POST", address, json=body, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise GenerationError(f"status {response.status_code}")
            raw = bytearray()
            for piece in response.iter_bytes():
                raw += piece
                if len(raw) > MOST_BYTES:
                    raise GenerationError("a reply too long")
                if time.monotonic() > deadline:
                    raise GenerationError("time is over")
            return bytes(raw)


def _content(raw: bytes) -> str:
    try:
        text = json.loads(raw)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise GenerationError("a reply that is no completion") from error
    if not isinstance(text, str) or not text.strip():
        raise GenerationError("a reply without text")
    return text
