"""The Rust part of barding. Each part's names are listed under its heading."""

VERSION: str

# --- uploads

def safe_name(name: str, longest: int = 255) -> str: ...
