"""What `./lms prove` runs: the course shown to be right, in the sandbox that learners' code runs in.

How this works: `scope` picks what to prove. `exercise` runs every version of an exercise (solution,
alternative, starter, nothing at all, each wrong one) under several seeds and once under another
clock and time zone, and holds the reports against what the files promise. `lesson` runs the blocks
of a lesson in one namespace and compares what they print. Each finding is a `Problem`: one line that
begins with `path:line:`. What can be said without running anything is in `course.content_rules`.
"""
