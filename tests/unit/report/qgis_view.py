"""Opens a GeoPackage in QGIS, without a screen, and tells as JSON what it shows; run by Debian's own Python.

``python3 qgis_view.py REPORT.gpkg PICTURE.png``
"""

from __future__ import annotations

import json
import sys

from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # type: ignore[import-not-found]
from qgis.PyQt.QtGui import QColor  # type: ignore[import-not-found]

LAYERS = ("facilities", "places", "gap_zones", "roads", "zones", "district", "centres", "districts")
"""As they lie on each other, the uppermost first."""


def told(layer: QgsVectorLayer) -> dict[str, object]:
    """Return how QGIS draws a layer."""
    renderer = layer.renderer()
    found: dict[str, object] = {
        "features": layer.featureCount(),
        "renderer": renderer.type(),
        "labels": layer.labelsEnabled(),
        "aliases": {f.name(): layer.attributeAlias(i) for i, f in enumerate(layer.fields())},
    }
    if renderer.type() == "categorizedSymbol":
        found["field"] = renderer.classAttribute()
        found["categories"] = [
            {
                "value": c.value(),
                "label": c.label(),
                "shown": c.renderState(),
                "colour": c.symbol().color().name(),
                "sized": c.symbol().symbolLayer(0).dataDefinedProperties().hasActiveProperties(),
            }
            for c in renderer.categories()
        ]
    return found


def main(path: str, picture: str) -> None:
    """Tell of all layers, and draw them."""
    program = QgsApplication([], False)
    program.initQgis()
    layers = {name: QgsVectorLayer(f"{path}|layername={name}", name, "ogr") for name in LAYERS}
    there = {name: layer for name, layer in layers.items() if layer.isValid()}
    settings = QgsMapSettings()
    settings.setLayers(list(there.values()))
    settings.setBackgroundColor(QColor("#ffffff"))
    settings.setOutputSize(QSize(1200, 900))
    ground = next(there[name] for name in ("district", "districts", "places") if name in there)
    settings.setExtent(ground.extent().buffered(0.03))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(picture)
    sys.stdout.write(json.dumps({name: told(layer) for name, layer in there.items()}))
    sys.stdout.flush()


main(sys.argv[1], sys.argv[2])
