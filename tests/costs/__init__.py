"""What settings cost in accuracy, over many seeds. Owns these tables; no clock is read. They go into docs/."""
