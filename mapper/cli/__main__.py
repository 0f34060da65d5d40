"""``python -m mapper.cli``, for where scripts are not on the path."""

from mapper.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main(prog_name="mapper")
