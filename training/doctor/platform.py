"""What is known of the platform: read in the source of `vercel` 64.0.2, and measured in what it built."""

from training.engines import MIB

# Beside the packages a build holds its runtime and pip. Measured: 7.6 MiB in each of both folders' builds.
RUNTIME = 7.6 * MIB
MOST_TO_BUILD_MIB = 500  # above this a build is refused
PYTHONS = ("3.12", "3.13", "3.14")  # the first unless .python-version says another
TARGET = "x86_64-manylinux_2_28"
# Never part of a function: folders of these names wherever they stand, and these files.
NOT_BUILT_FOLDERS = {"node_modules", "venv", "__pycache__", "public"} | {
    *(".next", ".nuxt", ".venv", ".mypy_cache", ".ruff_cache")
}
NOT_BUILT_AT_ROOT = {".git", ".gitignore", ".vercel", ".pnpm-store"}
NOT_BUILT_FILES = {"pnpm-lock.yaml", "yarn.lock", "package-lock.json"}
# What is left out of installed packages.
NOT_BUILT_SUFFIXES = {".pyc", ".pyi"}
NOT_BUILT_NAMES = {"py.typed", "WHEEL", "INSTALLER", "direct_url.json"}
# Where it looks for `app`, in any of these folders.
ENTRY_FOLDERS = ("api", "", "src", "app")
ENTRY_FILES = ("index.py", "app.py", "server.py", "main.py", "wsgi.py", "asgi.py")
