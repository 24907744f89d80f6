package dev.dovetail.models;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.images.Preprocess;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.config.RecordBinder;

/** Creates the config of a preset, which is a backbone as a classifier or a whole network. */
public final class PresetConfig {

  /** The usual ratio of the crop size to the short edge for ImageNet. */
  private static final double CROP = 0.875;

  private PresetConfig() {}

  /**
   * A classifier has images of the preset's size, normalized with ImageNet's mean and standard
   * deviation. A whole network has the preprocessing of its task.
   */
  public static ObjectNode of(Preset preset) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("description", preset.name() + ", " + preset.source());
    boolean backbone = preset.model() instanceof Backbone;
    Part.Kind kind = backbone ? Part.Kind.BACKBONE : Part.Kind.NETWORK;
    tree.putObject(kind.section()).put("type", preset.name());
    if (backbone) {
      tree.putObject(Part.Kind.HEAD.section())
          .put("type", "classifier")
          .put("classes", preset.classes());
      Preprocess preprocess =
          Preprocess.classification(preset.size(), (int) (preset.size() / CROP));
      tree.set("preprocess", RecordBinder.tree(preprocess));
    }
    return tree;
  }
}
