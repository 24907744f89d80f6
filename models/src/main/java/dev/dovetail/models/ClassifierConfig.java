package dev.dovetail.models;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Preset;
import dev.dovetail.data.image.Preprocess;
import dev.dovetail.models.config.RecordBinder;

/** The config of a preset as a classifier. */
public final class ClassifierConfig {

  /** ImageNet's usual share of the short edge that the crop keeps. */
  private static final double CROP = 0.875;

  private ClassifierConfig() {}

  /** Images of the preset's size, normalised with ImageNet's means. */
  public static ObjectNode of(Preset preset) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("description", preset.name() + ", " + preset.source());
    tree.putObject(Part.Kind.BACKBONE.section()).put("type", preset.name());
    tree.putObject(Part.Kind.HEAD.section())
        .put("type", "classifier")
        .put("classes", preset.classes());
    Preprocess preprocess = Preprocess.classification(preset.size(), (int) (preset.size() / CROP));
    tree.set("preprocess", RecordBinder.tree(preprocess));
    return tree;
  }
}
