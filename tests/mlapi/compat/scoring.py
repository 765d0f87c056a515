"""Rows in every form of MLflow's scoring protocol, as its clients write them."""

import csv
import io


def columns_of(names, rows):
    """Return name -> the values of all rows."""
    return {name: [row[name] for row in rows] for name in names}


def lists_of(names, rows):
    """Return each row's values in the order of the names."""
    return [[row[name] for name in names] for row in rows]


def table_of(names, rows):
    """Return rows as CSV; what is missing is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(lists_of(names, rows))
    return text.getvalue().encode()


def split_of(names, rows):
    """Return rows as pandas writes a table in its orientation "split"."""
    return {"columns": names, "index": list(range(len(rows))), "data": lists_of(names, rows)}


FORMS = {
    "dataframe_split": lambda names, rows: {"dataframe_split": split_of(names, rows)},
    "dataframe_records": lambda names, rows: {"dataframe_records": rows},
    "instances": lambda names, rows: {"instances": rows},
    "instances as columns": lambda names, rows: {"instances": columns_of(names, rows)},
    "instances as lists": lambda names, rows: {"instances": lists_of(names, rows)},
    "inputs": lambda names, rows: {"inputs": columns_of(names, rows)},
    "inputs as rows": lambda names, rows: {"inputs": rows},
    "inputs as lists": lambda names, rows: {"inputs": lists_of(names, rows)},
}
"""Name -> what makes the JSON body of the features' names and of rows."""
