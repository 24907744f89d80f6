package dev.dovetail.train.data;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.images.Image;
import dev.dovetail.sample.scene.Category;
import dev.dovetail.sample.scene.Picture;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.Instances;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Scenes of the sample set as training samples of each kind. */
final class SampleScenes {

  /** The names of the object classes; label maps and images have these and more. */
  static final List<String> CLASSES =
      Arrays.stream(Category.values()).map(Category::label).toList();

  private SampleScenes() {}

  /** Returns a scene with the boxes and masks of its objects, without crowds. */
  static AnnotatedImage withObjects(Picture picture) {
    int[] segments = picture.segments();
    List<Rle> masks = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int number = 1; number <= picture.kinds().size(); number++) {
      Picture.Segment kind = picture.kinds().get(number - 1);
      if (kind.category().isThing() && !kind.crowd()) {
        byte[] mask = new byte[segments.length];
        for (int i = 0; i < mask.length; i++) {
          mask[i] = (byte) (segments[i] == number ? 1 : 0);
        }
        masks.add(Rle.ofRowMajor(picture.size().height(), picture.size().width(), mask));
        labels.add(kind.category().ordinal());
      }
    }
    float[] boxes = new float[4 * labels.size()];
    Instances objects =
        new Instances(
            boxes,
            labels.stream().mapToInt(Integer::intValue).toArray(),
            masks.toArray(Rle[]::new));
    return new AnnotatedImage(image(picture), objects, Optional.empty()).withBoxesOfMasks();
  }

  /** Returns a scene with the class of every pixel. */
  static AnnotatedImage withLabels(Picture picture) {
    byte[] labels = new byte[picture.segments().length];
    for (int i = 0; i < labels.length; i++) {
      int segment = picture.segments()[i] - 1;
      labels[i] = (byte) picture.kinds().get(segment).category().ordinal();
    }
    LabelMap map = new LabelMap.Bytes(picture.size(), labels);
    return new AnnotatedImage(image(picture), Instances.NONE, Optional.of(map));
  }

  /** Returns a scene with one class. */
  static AnnotatedImage withClass(Picture picture, Category category) {
    return AnnotatedImage.ofClass(image(picture), category.ordinal());
  }

  private static Image image(Picture picture) {
    byte[] rgb = picture.rgb();
    byte[] bgr = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i += Image.CHANNELS) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    return Image.of(picture.size(), bgr);
  }

  /** Returns a scene of the standard set's size. */
  static Picture scene(long number) {
    return Picture.draw(0, number, new Size(240, 320));
  }
}
