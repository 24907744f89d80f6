package dev.dovetail.images.draw;

import dev.dovetail.images.Image;
import java.awt.Rectangle;
import java.util.List;

/**
 * Writes the name of an image's class at its top left, on the color of the class.
 *
 * @param classes the class names; a label without a name is written as a number
 * @param palette the colors of the classes
 */
public record ClassPainter(List<String> classes, Palette palette) {

  /**
   * Copies the names.
   *
   * @param classes the class names; a label without a name is written as a number
   * @param palette the colors of the classes
   */
  public ClassPainter {
    classes = List.copyOf(classes);
  }

  /**
   * {@return a copy of the image with the name, truncated if it does not fit}
   *
   * @param image the image
   * @param label the label of the class
   */
  public Image draw(Image image, int label) {
    Sizes sizes = Sizes.of(image.size(), 0);
    Text text = new Text(sizes.text());
    String name = Tags.name(classes, label);
    Colour colour = palette.colour(label);
    int padding = sizes.padding();
    Canvas canvas = Canvas.of(image);
    canvas.fill(new Rectangle(text.width(name) + 2 * padding, sizes.text() + 2 * padding), colour);
    canvas.write(text, name, padding, padding, colour.contrast());
    return canvas.toImage();
  }
}
