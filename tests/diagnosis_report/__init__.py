"""How good the doctor is: configurations drawn by chance, faults put into them on purpose, and what is found.

Owns the corpus and its figures; no clock is read but for the cost of a check and of trials.

    python -m tests.diagnosis_report [--count N] [--seed N] [--family NAME]
    python -m tests.diagnosis_report.cures [--count N] [--seed N] [--corpus doctor|provoked]
    python -m tests.diagnosis_report.times [--given FILE] [--count N] [--seed N] [--threads N]
"""
