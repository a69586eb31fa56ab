"""The Rust part of barding. Each part's names are listed under its heading."""

VERSION: str

# --- uploads

def safe_name(name: str, longest: int = 255) -> str: ...

# --- logs

class LogRedactor:
    left_out: int
    def __init__(self, values: list[str], key: bytes) -> None: ...
    def redact(self, text: str) -> str: ...

def judge_name(name: str) -> int: ...
