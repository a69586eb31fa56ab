"""Asks the libraries that read the environment what they make of one variable, `X`, under many texts.

Run with the Python of a virtual environment that holds the library. Standard input is
{"prelude": "...", "calls": ["env.bool('X')", ...], "texts": [null, "", "on", ...]}; printed is a list for each call with
{"value": ...} in ask.py's notation or {"raises": "ValueError"} for each text; null stands for a variable that is not set.
"""
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")
from ask import answers, encode  # noqa: E402


def result(prelude, call, text):
    os.environ.pop("X", None)
    if text is not None:
        os.environ["X"] = text
    try:
        names = {"__name__": "shop.settings", "__file__": os.path.abspath("settings.py")}
        exec(prelude, names)
        exec("VALUE = " + call, names)
        return {"value": encode(names["VALUE"])}
    except (Exception, SystemExit) as error:
        return {"raises": type(error).__name__}


def main():
    question = json.load(sys.stdin)
    calls, texts = question["calls"], question["texts"]
    json.dump([[result(question["prelude"], call, text) for text in texts] for call in calls], answers)


main()
