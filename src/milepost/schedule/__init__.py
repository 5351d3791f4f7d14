"""The schedule that project controls exports: read from the files of Primavera P6, with every fault in them.

In: a workbook (`.xls`, `.xlsx`), an XER file or CSV. Out: a `milepost.schedule.activities.Schedule`.
"""
