"""Tables from other programs: what is in them, and the experiment that is made of their rows.

Owns reading (formats, encodings, separators, decimal marks), guessing what each column is, the choice of target and
features, and the points that follow. A room of its own above `playground.exchange`, whose files are the program's own:
a table is no file of ours, is read by other libraries, and needs a choice before it is an experiment. Those libraries
are imported when a table is opened. It must not know commands, Qt, or where a table is shown.
"""
