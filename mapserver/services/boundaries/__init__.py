"""Drawing the grids of a village: drafts, the live answer, approval, and earlier versions.

ground.py    a village's grids as they are in force, on the plane they are drawn on
asked.py     acts as they come over the wire, and as they are kept
answer.py    what a draft would change: who lives where, who would move, what is wrong
drafts.py    keeping, submitting and sending back
approval.py  putting a version in force, in one transaction with everybody it moves
history.py   the versions there were, and the grids of any day
"""
