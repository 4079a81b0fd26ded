"""From a spreadsheet to the register: read, plan, decide, commit, undo.

rows.py         cells to typed values, a row each           (pure)
points.py       coordinates and their datum                 (pure)
places.py       which village, group and house              (pure)
households.py   who is one household, who comes twice       (pure)
compare.py      what the register already has               (reads)
plan.py         household registers: an outcome a row
known.py        a plain row's record in the register          (reads)
plain.py        every other register: an outcome a row
decisions.py    what a person chose for rows that wait
commit.py       one transaction with its events; the undo of the whole batch
job.py          one import, how far it is and what was read
work.py         what a job does
jobs.py         the imports that run while the server answers others
batch.py        an import in one go, for the command line
report.py       rows, reasons and points as people see them
"""
