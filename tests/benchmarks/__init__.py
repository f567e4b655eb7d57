"""The benchmarks: `python -m tests.benchmarks` measures this program beside its peers; nothing here asserts a time."""
