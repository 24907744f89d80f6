package dev.dovetail.cli.labels;

import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The images of a ground truth, with the sizes stored in it. */
final class TruthImages implements Images {

  private final CocoDataset truth;
  private final Map<String, CocoImage> images = new LinkedHashMap<>();

  TruthImages(CocoDataset truth) {
    this.truth = truth;
    truth.images().forEach(i -> images.putIfAbsent(LabelledImage.stem(i.fileName()), i));
  }

  @Override
  public List<String> names() {
    return List.copyOf(images.keySet());
  }

  @Override
  public Path folder() {
    return Path.of(truth.source());
  }

  @Override
  public String fileName(String name) {
    return images.get(name).fileName();
  }

  @Override
  public Size size(String name) throws IOException {
    CocoImage image = images.get(name);
    if (image.width() < 1 || image.height() < 1) {
      throw new IOException(
          truth.source()
              + (": the image \""
                  + image.fileName()
                  + "\" has no width and height, which are required for labels")
              + " in fractions of the image size");
    }
    return new Size(image.height(), image.width());
  }

  @Override
  public Optional<Size> find(String fileName) {
    CocoImage image = images.get(LabelledImage.stem(fileName));
    return image == null || image.width() < 1 || image.height() < 1
        ? Optional.empty()
        : Optional.of(new Size(image.height(), image.width()));
  }
}
