"""From a spreadsheet to the register: read, plan, decide, commit, undo.

rows.py        cells to typed values, a row each          (pure)
places.py      which village, group and house              (pure)
households.py  who is one household, who comes twice       (pure)
compare.py     what the register already has               (reads)
plan.py        the stages put together: an outcome a row
commit.py      one transaction with its events; the undo of the whole batch
jobs.py        imports that run while the server answers others
report.py      rows, reasons and points as people see them
"""
