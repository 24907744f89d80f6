package dev.dovetail.cli.labels;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Matches detections in other formats to the images of a ground truth. */
public final class DetectionMatch {

  private final CocoDataset truth;
  private final PathIndex<CocoImage> images = new PathIndex<>();
  private final Map<Long, LabelledImage> labelled = new HashMap<>();

  DetectionMatch(CocoDataset truth) {
    this.truth = truth;
    truth.images().forEach(image -> images.add(LabelledImage.stem(image.fileName()), image));
  }

  /**
   * Returns the detections with the image name of the ground truth.
   *
   * @throws FormatException if no image or more than one image matches, or other labels match the
   *     same image
   */
  public LabelledImage match(LabelledImage image) throws IOException {
    CocoImage found = find(image);
    LabelledImage other = labelled.put(found.id(), image);
    if (other != null) {
      throw new FormatException(
          image.source()
              + (": labels the image \"" + found.fileName() + "\", as does " + other.source())
              + "; an image can have only one label file");
    }
    boolean sized = found.width() > 0 && found.height() > 0;
    Size size = sized ? new Size(found.height(), found.width()) : image.size();
    if (!size.equals(image.size()) && image.objects().stream().anyMatch(LabelledObject::hasMask)) {
      throw new FormatException(
          image.source()
              + (": has an image size of " + image.size() + " pixels, but in " + truth.source())
              + (" \"" + found.fileName() + "\" is " + size));
    }
    return new LabelledImage(image.source(), image.name(), found.fileName(), size, image.objects());
  }

  /** Returns the matching image of the ground truth. */
  CocoImage find(LabelledImage image) throws FormatException {
    List<CocoImage> found = images.find(image.name());
    if (found.size() != 1) {
      throw new FormatException(
          image.source()
              + (": " + truth.source() + " has " + (found.isEmpty() ? "no" : "more than one"))
              + (" image with the name \"" + image.name() + "\""));
    }
    return found.get(0);
  }
}
