"""How layers look in QGIS: its style documents (QML), in the planner's colours and the report's language.

Only what QGIS needs to be told is written; it fills in the rest. Lengths are millimetres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from planner.maps.marks import Mark

MM_PER_PX = 25.4 / 96
"""Screen pixels of the planner's maps in millimetres of QGIS."""

_VERSION = "3.22.0"
_GLYPHS = {"cross": ("cross2", 0.0), "bar": ("line", 90.0)}


@dataclass(frozen=True, slots=True)
class Category:
    """A value of a field with its words and its symbol; one that is not `shown` waits in the legend to be ticked."""

    value: str
    label: str
    symbol: Element
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of fields in words, and of the values of those that hold one of a few words."""

    aliases: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]


def marker(mark: Mark, *, size: float = 0.0, size_of: str = "") -> Element:
    """Return a point symbol in the look of a mark.

    Parameters
    ----------
    mark : Mark
    size : float
        Diameter, millimetres.
    size_of : str
        An expression for the diameter, which goes before `size`.
    """
    shape = "diamond" if mark.shape == "diamond" else "circle"
    symbol = _symbol("marker")
    options = {
        "name": shape,
        "color": _colour(mark.fill or "#ffffff", mark.opacity if mark.fill else 0.0),
        "outline_color": _colour(mark.stroke),
        "outline_style": "dash" if mark.dash else "solid",
        "outline_width": f"{mark.width * MM_PER_PX:.3f}",
        "outline_width_unit": "MM",
        "size": f"{size or 3.0:.3f}",
        "size_unit": "MM",
    }
    layer = _layer(symbol, "SimpleMarker", options)
    least = 2 * mark.least * MM_PER_PX
    grown = f"max({mark.scale:g} * ({size_of}), {least:.3f})" if size_of else ""
    if grown:
        _defined(layer, "size", grown)
    if mark.glyph in _GLYPHS:
        name, angle = _GLYPHS[mark.glyph]
        sign = {
            "name": name,
            "angle": f"{angle:g}",
            "outline_color": _colour(mark.stroke),
            "outline_width": "0.350",
            "size": f"{0.5 * (size or 3.0):.3f}",
            "size_unit": "MM",
        }
        inner = _layer(symbol, "SimpleMarker", sign)
        if grown:
            _defined(inner, "size", f"0.5 * {grown}")
    return symbol


def line(colour: str, width: float, *, dash: tuple[float, float] | None = None) -> Element:
    """Return a line symbol; `dash` is the length of a dash and of the space after it."""
    symbol = _symbol("line")
    options = {
        "line_color": _colour(colour),
        "line_width": f"{width:.3f}",
        "line_width_unit": "MM",
        "capstyle": "round" if dash is None else "flat",
        "joinstyle": "round",
    }
    if dash is not None:
        options |= {
            "use_custom_dash": "1",
            "customdash": f"{dash[0]:g};{dash[1]:g}",
            "customdash_unit": "MM",
        }
    _layer(symbol, "SimpleLine", options)
    return symbol


def area(
    fill: str,
    opacity: float,
    outline: str,
    width: float,
    *,
    dashed: bool = False,
    outline_opacity: float = 1.0,
) -> Element:
    """Return an area symbol; with no opacity it is an outline only."""
    symbol = _symbol("fill")
    options = {
        "color": _colour(fill, opacity),
        "style": "solid" if opacity else "no",
        "outline_color": _colour(outline, outline_opacity),
        "outline_style": "dash" if dashed else "solid",
        "outline_width": f"{width:.3f}",
        "outline_width_unit": "MM",
    }
    _layer(symbol, "SimpleFill", options)
    return symbol


def categorised(field: str, categories: Sequence[Category], *, largest_first: str = "") -> Element:
    """Return a renderer with a symbol for each value of a field.

    `largest_first` names a field by which features are drawn in falling order, so that small ones lie on top.
    """
    renderer = _renderer("categorizedSymbol", ordered=bool(largest_first))
    renderer.set("attr", field)
    listed, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for number, category in enumerate(categories):
        SubElement(
            listed,
            "category",
            value=category.value, label=category.label, symbol=str(number), type="string",
            render="true" if category.shown else "false",
        )  # fmt: skip
        category.symbol.set("name", str(number))
        symbols.append(category.symbol)
    if largest_first:
        order = SubElement(SubElement(renderer, "orderby"), "orderByClause", asc="0", nullsFirst="0")
        order.text = f'"{largest_first}"'
    return renderer


def _renderer(kind: str, *, ordered: bool) -> Element:
    about = {"forceraster": "0", "symbollevels": "0", "enableorderby": str(int(ordered))}
    return Element("renderer-v2", {"type": kind, **about})


def single(symbol: Element) -> Element:
    """Return a renderer with one symbol for everything."""
    renderer = _renderer("singleSymbol", ordered=False)
    symbol.set("name", "0")
    SubElement(renderer, "symbols").append(symbol)
    return renderer


def style(renderer: Element, fields: Fields, *, label: Element | None = None) -> str:
    """Return a style document of a renderer, the names of fields and, where given, labels."""
    told = {"version": _VERSION, "styleCategories": "Symbology|Labeling|Fields|Forms"}
    root = Element("qgis", {**told, "labelsEnabled": str(int(label is not None))})
    root.append(renderer)
    if label is not None:
        root.append(label)
    _configured(root, fields)
    names = SubElement(root, "aliases")
    for number, (field, alias) in enumerate(fields.aliases.items()):
        SubElement(names, "alias", field=field, name=alias, index=str(number))
    return (
        f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{tostring(root, encoding='unicode')}\n"
    )


def label(
    field: str, colour: str, halo: str, *, size: float, bold: bool = False, over: bool = False
) -> Element:
    """Return labels from a field, in points; `over` writes them across an area, otherwise beside a point."""
    root = Element("labeling", type="simple")
    settings = SubElement(root, "settings", calloutType="simple")
    text = SubElement(
        settings,
        "text-style",
        fieldName=field, isExpression="0", fontSize=f"{size:g}", fontSizeUnit="Point", textColor=_colour(colour),
        fontWeight="75" if bold else "50", fontFamily="Noto Sans", namedStyle="Regular", textOpacity="1",
    )  # fmt: skip
    SubElement(
        text,
        "text-buffer",
        bufferDraw="1", bufferSize="0.7", bufferSizeUnits="MM", bufferColor=_colour(halo), bufferOpacity="1",
    )  # fmt: skip
    SubElement(settings, "placement", placement="0" if over else "6", dist="0.6", distUnits="MM")
    SubElement(settings, "rendering", obstacle=str(int(not over)), displayAll="0", scaleVisibility="0")
    return root


def _configured(root: Element, fields: Fields) -> None:
    """Let a field that holds one of a few words show them in the language of the report."""
    configuration = SubElement(root, "fieldConfiguration")
    for field, values in fields.values.items():
        widget = SubElement(SubElement(configuration, "field", name=field), "editWidget", type="ValueMap")
        options = SubElement(
            SubElement(SubElement(widget, "config"), "Option", type="Map"), "Option", name="map", type="List"
        )
        for value, said in values.items():
            pair = SubElement(options, "Option", type="Map")
            # QGIS keeps the words as the name and the value beside it.
            SubElement(pair, "Option", name=said, value=value, type="QString")


def _symbol(kind: str) -> Element:
    return Element("symbol", type=kind, alpha="1", clip_to_extent="1", force_rhr="0")


def _layer(symbol: Element, kind: str, options: Mapping[str, str]) -> Element:
    layer = SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    given = SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        SubElement(given, "Option", name=name, value=value, type="QString")
    return layer


def _defined(layer: Element, option: str, expression: str) -> None:
    """Let an option of a symbol follow an expression."""
    root = SubElement(SubElement(layer, "data_defined_properties"), "Option", type="Map")
    SubElement(root, "Option", name="name", value="", type="QString")
    properties = SubElement(root, "Option", name="properties", type="Map")
    given = SubElement(properties, "Option", name=option, type="Map")
    SubElement(given, "Option", name="active", value="true", type="bool")
    SubElement(given, "Option", name="expression", value=expression, type="QString")
    SubElement(given, "Option", name="type", value="3", type="int")
    SubElement(root, "Option", name="type", value="collection", type="QString")


def _colour(colour: str, opacity: float = 1.0) -> str:
    """Return a colour as QGIS writes it: red, green, blue and opacity, 0 to 255."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return ",".join(str(v) for v in (*channels, round(255 * opacity)))
