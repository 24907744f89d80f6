package dev.dovetail.images.draw;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.panoptic.PanopticMap.Segment;
import dev.dovetail.images.Image;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Draws the segments of panoptic segmentation on their image: translucent areas with an edge, a tag
 * with class name and score at the widest part of a segment, and a legend. Segments of the same
 * class have shades of the same color, unless each one has its own color. Void areas are not drawn.
 *
 * @param classes the class names; a label without a name is written as a number
 * @param style of the drawing
 */
public record SegmentPainter(List<String> classes, DrawingStyle style) {

  private static final String TIMES = " × ";

  /** The number of segments of a class for which the legend of a video reserves space. */
  private static final int USUALLY_MOST = 10;

  /**
   * Copies the names.
   *
   * @param classes the class names; a label without a name is written as a number
   * @param style of the drawing
   */
  public SegmentPainter {
    classes = List.copyOf(classes);
  }

  /**
   * {@return a copy of the image with the segments}
   *
   * @param image the image
   * @param found the segments
   * @throws IllegalArgumentException if they are of an image with another size
   */
  public Image draw(Image image, PanopticMap found) {
    Size size = found.map().size();
    if (!size.equals(image.size())) {
      throw new IllegalArgumentException(
          "segments of an image of " + size + " cannot be drawn on one of " + image.size());
    }
    if (!style.masks() && !style.labels()) {
      return image;
    }
    Sizes sizes = Sizes.of(size, style.lineWidth());
    Map<Integer, Colour> colours = colours(found);
    Areas areas = Areas.of(found.map());
    Canvas canvas = Canvas.of(image);
    if (style.masks()) {
      canvas.tint(areas, colours::get, style.alpha(), sizes.edge());
    }
    if (style.labels()) {
      tags(canvas, found, colours, areas.extents(), sizes);
    }
    return canvas.toImage();
  }

  /** Draws the tags. Larger segments choose their places first. */
  private void tags(
      Canvas canvas,
      PanopticMap found,
      Map<Integer, Colour> colours,
      Map<Integer, Areas.Extent> extents,
      Sizes sizes) {
    List<Segment> order = new ArrayList<>(found.segments());
    order.sort(Comparator.comparingInt(Segment::area).reversed());
    List<Tags.Tag> tags = new ArrayList<>();
    for (Segment segment : order) {
      Areas.Extent extent = extents.get(segment.id());
      if (extent != null) {
        String caption = Tags.caption(classes, segment.label(), segment.score());
        Colour colour = colours.get(segment.id());
        tags.add(new Tags.Tag(caption, colour, extent.bounds(), Optional.of(extent.deepest())));
      }
    }
    new Tags(sizes)
        .draw(canvas, tags, extents.values().stream().map(Areas.Extent::bounds).toList());
  }

  private Map<Integer, Colour> colours(PanopticMap found) {
    Map<Integer, Integer> seen = new HashMap<>();
    Map<Integer, Colour> colours = new HashMap<>();
    for (Segment segment : found.segments()) {
      int before = seen.merge(segment.label(), 1, Integer::sum) - 1;
      Colour colour =
          style.perInstance()
              ? style.palette().colour(colours.size())
              : style.palette().colour(segment.label()).forInstance(before);
      colours.put(segment.id(), colour);
    }
    return colours;
  }

  /**
   * {@return the picture with a legend at its right: the classes of the segments, the largest
   * first, with the number of segments and the fraction of the pixels; if each segment has its own
   * color, one line for each segment}
   *
   * @param picture the picture
   * @param found the segments
   */
  public Image withLegend(Image picture, PanopticMap found) {
    Map<Integer, Colour> colours = colours(found);
    double pixels = found.map().size().pixels();
    Map<Integer, List<Segment>> groups = new LinkedHashMap<>();
    for (Segment segment : found.segments()) {
      int group = style.perInstance() ? segment.id() : segment.label();
      groups.computeIfAbsent(group, g -> new ArrayList<>()).add(segment);
    }
    List<Legend.Entry> entries = new ArrayList<>();
    for (List<Segment> group : groups.values()) {
      Segment first = group.get(0);
      String count = group.size() > 1 ? TIMES + group.size() : "";
      entries.add(
          new Legend.Entry(
              colours.get(first.id()),
              Tags.name(classes, first.label()) + count,
              group.stream().mapToDouble(Segment::area).sum() / pixels));
    }
    List<String> widest = classes.stream().map(name -> name + TIMES + USUALLY_MOST).toList();
    return Legend.beside(picture, entries, style.steady() ? widest : List.of());
  }
}
