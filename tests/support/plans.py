"""Documents with milestones that are written in all the ways that YAML has."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

HEAD = """\
format: 1
document: {handle: PLAN-1, title: A plan, organisation: Office, authors: [A. Author], status: draft,
  data_date: 2024-12-31, draft_mark: Draft}
sections:
  - title: Parts
    milestones: {codes: "A-*", deliveries: {codes: "B-*"}, no_deliveries: Nothing.}
"""


@dataclass(frozen=True)
class Written:
    """A milestone as it is written: its code, and the codes of what it waits for."""

    code: str
    predecessors: tuple[str, ...]


@st.composite
def plans(draw: st.DrawFn, codes: tuple[str, ...], settings: str = "") -> tuple[str, dict[str, Written]]:
    """Return a document with some milestones of these codes, each of which waits for some before it."""
    used = draw(st.lists(st.sampled_from(codes), unique=True, min_size=1))
    comments = iter(range(10_000))

    def comment(before: str = "") -> str:
        return f"{before}# note {next(comments)}" if draw(st.booleans()) else ""

    def quoted(text: str) -> str:
        sign = draw(st.sampled_from(["", "'", '"']))
        return f"{sign}{text}{sign}"

    written: dict[str, Written] = {}
    lines: list[str] = []
    dash = draw(st.sampled_from(["", "  "]))
    for number, code in enumerate(used):
        others = tuple(draw(st.lists(st.sampled_from(used[:number]), unique=True))) if number else ()
        written[code] = Written(code, others)
        fields = {"name": f"Name of {code}", "due": "2025-02-01", "level": draw(st.sampled_from("12"))}
        keys = draw(st.permutations([*fields, *(["predecessors"] if others else [])]))
        if draw(st.booleans()):
            lines.append("")
        if note := comment("  "):
            lines.append(note)
        if draw(st.booleans()):
            inner = [
                f"{key}: [{', '.join(map(quoted, others))}]"
                if key == "predecessors"
                else f"{key}: {fields[key]}"
                for key in keys
            ]
            lines.append(f"  {quoted(code)}: {{{', '.join(inner)}}}{comment(' ')}")
            continue
        lines.append(f"  {quoted(code)}:{comment('  ')}")
        for key in keys:
            if key != "predecessors":
                lines.append(f"    {key}: {fields[key]}{comment('  ')}")
                continue
            form = draw(st.sampled_from(["lines", "brackets", "both"]))
            if form == "brackets":
                lines.append(f"    {key}: [{', '.join(map(quoted, others))}]{comment('  ')}")
                continue
            lines.append(f"    {key}:{' [' if form == 'both' else ''}{comment('  ')}")
            for each in others:
                end = "," if form == "both" and (each != others[-1] or draw(st.booleans())) else ""
                sign = "" if form == "both" else "- "
                lines.append(f"    {dash}{sign}{quoted(each)}{end}{comment('  ')}")
                if note := comment(f"    {dash}"):
                    lines.append(note)
            if form == "both":
                lines.append("      ]")
    text = f"{HEAD}{settings}milestones:\n" + "\n".join(lines)
    text += draw(st.sampled_from(["", "\n", "\n\n", "\n# the end", "\nunexpanded: [XYZ]\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))), written
