package dev.dovetail.cli.score.semantic;

import dev.dovetail.cli.score.semantic.LabelMapFiles.Pair;
import dev.dovetail.eval.gallery.SemanticGallery;
import dev.dovetail.eval.gallery.SemanticGallery.ClassMaps;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.util.List;

/**
 * The scored label maps, read again for a gallery.
 *
 * @param names the names of the images
 * @param pairs one pair per image, with a prediction
 */
record ScoredMaps(SemanticSet set, List<String> names, List<Pair> pairs)
    implements SemanticGallery.Maps {

  @Override
  public int images() {
    return pairs.size();
  }

  @Override
  public String name(int image) {
    return names.get(image);
  }

  @Override
  public ClassMaps read(int image) throws IOException {
    LabelMap truth = LabelPng.read(pairs.get(image).truth());
    LabelMap prediction = LabelPng.read(pairs.get(image).prediction());
    if (set.isSubmitted()) {
      prediction = prediction.mapped(CityscapesLabel.trainIds(), CityscapesLabel.NO_CLASS);
    }
    int[] lookup = set.mapping().lookup(truth.valueCount(), set.classes());
    int pixels = Math.toIntExact(truth.size().pixels());
    int[] truths = new int[pixels];
    int[] predictions = new int[pixels];
    for (int i = 0; i < pixels; i++) {
      truths[i] = lookup[truth.at(i)];
      predictions[i] = Math.min(prediction.at(i), set.classes());
    }
    return new ClassMaps(truth.size(), truths, predictions);
  }
}
