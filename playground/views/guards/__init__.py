"""What Qt calls, made safe: no exception leaves a handler of an event or of a paint.

Owns the guard around such handlers; must not know what any of them does.
"""
