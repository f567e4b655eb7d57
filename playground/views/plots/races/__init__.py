"""The sheet of a race: its curves, its maps, who is ahead, and the thread that trains it while the run goes on.

Owns how a race is begun, shown and ended; must not know how it is trained, nor any other part of the window.
"""
