package dev.dovetail.eval.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.div;
import static j2html.TagCreator.img;
import static j2html.TagCreator.td;
import static j2html.TagCreator.text;

import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.browse.DoubtGallery.Doubt;
import dev.dovetail.eval.browse.NearDuplicates;
import dev.dovetail.eval.browse.NearDuplicates.Pair;
import dev.dovetail.eval.browse.RegionDoubt;
import dev.dovetail.eval.browse.SetStatistics;
import dev.dovetail.eval.browse.SetStatistics.ClassCount;
import dev.dovetail.eval.gallery.GalleryFolder;
import dev.dovetail.eval.gallery.LabelMapGallery;
import dev.dovetail.eval.gallery.PictureFiles;
import j2html.tags.DomContent;
import j2html.tags.specialized.DivTag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** The sections of a data set's report: its contents and its possible errors. */
public final class BrowseSections {

  private static final String LEAD =
      "Click a number to see what it counts. Click a heading to sort.";
  private static final int CLASSES = 60;
  private static final int GROUPS = 100;
  private static final int NAMES = 200;

  /** Square roots of areas in pixels, COCO's small and medium among them. */
  private static final double[] SIDES = {0, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 1e9};

  private static final double[] ASPECTS = {0, 0.2, 0.33, 0.5, 0.75, 1, 1.33, 2, 3, 5, 1e9};

  private BrowseSections() {}

  /** The unit that the annotations of a data set refer to. */
  public enum Unit {
    /** Objects. */
    OBJECTS("object", "objects"),
    /** The area of a class in an image. */
    REGIONS("region", "labelled"),
    /** Whole images. */
    IMAGES("image", "");

    private final String name;
    private final String order;

    Unit(String name, String order) {
      this.name = name;
      this.order = order;
    }
  }

  /**
   * {@return the sections of a data set}
   *
   * @param set its statistics
   * @param unit of the annotations
   * @param pairs of images that look alike
   */
  public static List<Section> of(SetStatistics set, Unit unit, List<Pair> pairs) {
    List<Section> sections = new ArrayList<>();
    sections.add(summary(set, unit, pairs));
    if (!set.classes().isEmpty()) {
      sections.add(classes(set, unit));
    }
    if (!set.classes().isEmpty() && unit != Unit.IMAGES) {
      sections.add(shapes(set, unit));
      sections.add(together(set));
      sections.add(empty(set, unit));
    }
    sections.add(duplicates(pairs));
    return sections;
  }

  /**
   * {@return the section about annotations that may be wrong}
   *
   * @param counts of each kind of doubt
   * @param score the lowest score of the predictions that are considered
   */
  public static Section doubts(Map<Doubt, AtomicLong> counts, double score) {
    HtmlTable table = new HtmlTable(List.of("doubt", "count", "meaning"));
    counts.forEach(
        (doubt, count) -> {
          String address = GalleryPage.OBJECTS + "&kind=" + doubt.kind().id();
          table.row(
              doubt.kind().name(),
              List.of(
                  td(a(Long.toString(count.get())).withHref(address)).withClass("n"),
                  HtmlTable.text(doubt.kind().meaning())));
        });
    return new Section(
        "doubts",
        "Likely label errors",
        List.of(
            Section.paragraph(
                "Where predictions and annotations disagree, one of them is wrong. The higher the"
                    + " score of the prediction, the more likely the annotation is wrong, so the"
                    + " pictures are ordered by descending score. Only predictions with a score of"
                    + " at least "
                    + TextTable.fixed(score, 2)
                    + ", the score with the best F1, are considered."),
            table.element()));
  }

  /**
   * {@return the section about images whose class may be wrong}
   *
   * @param classes the names of the classes
   * @param counts {@code [K + 1, K + 1]}: the number of images of each class by predicted class
   */
  public static Section classDoubts(List<String> classes, long[][] counts) {
    List<DomContent> contents = new ArrayList<>();
    contents.add(
        Section.paragraph(
            "If the predicted class differs from the label, one of them is wrong. The pictures are"
                + " ordered by descending score."));
    contents.add(a("Images whose class is in doubt").withHref(GalleryPage.OBJECTS));
    contents.addAll(ClassificationSections.figures(classes, counts, PictureLinks.GALLERY));
    return new Section("doubts", "Likely label errors", contents);
  }

  /**
   * {@return the section about regions of label maps that may be wrong}
   *
   * @param classes the names of the classes
   * @param regions the number of regions and of their pixels, by class and prediction
   */
  public static Section regionDoubts(List<String> classes, List<RegionDoubt> regions) {
    HtmlTable table = new HtmlTable(List.of("label", "predicted", "regions", "pixels"));
    for (RegionDoubt doubt : regions.subList(0, Math.min(GROUPS, regions.size()))) {
      String address =
          GalleryPage.OBJECTS + "&kind=" + LabelMapGallery.DOUBT + "&is=" + doubt.label();
      table.row(
          classes.get(doubt.label()),
          List.of(
              HtmlTable.text(
                  doubt.prediction() < classes.size()
                      ? classes.get(doubt.prediction())
                      : "no class of the data set"),
              td(a(Long.toString(doubt.regions())).withHref(address + "&as=" + doubt.prediction()))
                  .withClass("n"),
              HtmlTable.count(doubt.pixels())));
    }
    return new Section(
        "doubts",
        "Likely label errors",
        List.of(
            Section.paragraph(
                "Connected regions of at least a thousandth of their image, away from the borders"
                    + " of labels, in which the prediction differs from the label: one of them is"
                    + " wrong. The pictures show the largest regions first."),
            a("Regions in doubt").withHref(GalleryPage.OBJECTS + "&kind=" + LabelMapGallery.DOUBT),
            regions.isEmpty() ? Section.paragraph("There are none.") : table.tall()));
  }

  private static Section summary(SetStatistics set, Unit unit, List<Pair> pairs) {
    Tiles tiles = new Tiles().add("images", Integer.toString(set.images()));
    if (!set.classes().isEmpty()) {
      tiles.add("classes", Integer.toString(set.classes().size()));
    }
    if (!set.classes().isEmpty() && unit == Unit.OBJECTS) {
      tiles
          .add("objects", Long.toString(set.objects()))
          .add("objects per image", mean(set))
          .add("images without an object", Integer.toString(set.empty().size()))
          .add("crowds", Long.toString(set.crowds()));
    }
    if (!set.classes().isEmpty() && unit == Unit.REGIONS) {
      tiles
          .add("classes per image", mean(set))
          .add("images without a label", Integer.toString(set.empty().size()));
    }
    tiles.add("groups of similar images", Integer.toString(NearDuplicates.groups(pairs).size()));
    return new Section("summary", "Summary", List.of(tiles.element()));
  }

  private static String mean(SetStatistics set) {
    return set.images() == 0 ? "–" : TextTable.fixed(set.objects() / (double) set.images(), 1);
  }

  private static Section classes(SetStatistics set, Unit unit) {
    return unit == Unit.IMAGES ? classesOfImages(set) : classesOfParts(set, unit);
  }

  private static Section classesOfImages(SetStatistics set) {
    HtmlTable table = new HtmlTable(List.of("class", "images", "% of images"));
    for (int k = 0; k < set.classes().size(); k++) {
      ClassCount c = set.classes().get(k);
      table.row(
          c.name(),
          List.of(
              td(a(Long.toString(c.objects())).withHref(ofClass(k))).withClass("n"),
              HtmlTable.bar(c.objects() / (double) set.objects())));
    }
    return new Section("classes", "Classes", List.of(Section.paragraph(LEAD), table.tall()));
  }

  private static String ofClass(int k) {
    return GalleryPage.OBJECTS + "&kind=any&min=all&class=" + k;
  }

  private static Section classesOfParts(SetStatistics set, Unit unit) {
    double area = set.classes().stream().mapToDouble(ClassCount::area).sum();
    HtmlTable table =
        new HtmlTable(
            List.of(
                "class",
                unit.name + "s",
                "% of " + unit.name + "s",
                "% of their area",
                "images",
                "median area in pixels"));
    for (int k = 0; k < set.classes().size(); k++) {
      ClassCount c = set.classes().get(k);
      String images = GalleryPage.IMAGES + "&class=" + k;
      table.row(
          c.name(),
          List.of(
              td(a(Long.toString(c.objects())).withHref(ofClass(k))).withClass("n"),
              HtmlTable.bar(c.objects() / (double) set.objects()),
              HtmlTable.percent(c.area() / area),
              td(a(Long.toString(c.images())).withHref(images)).withClass("n"),
              HtmlTable.numeric(
                  Double.isNaN(c.medianArea()) ? "–" : TextTable.fixed(c.medianArea(), 0))));
    }
    return new Section("classes", "Classes", List.of(Section.paragraph(LEAD), table.tall()));
  }

  private static Section shapes(SetStatistics set, Unit unit) {
    String plural = unit == Unit.OBJECTS ? "Objects" : "The area of a class in an image,";
    return new Section(
        "shapes",
        "Sizes and shapes",
        List.of(
            Section.figures(
                Section.figure(
                    plural + " by the square root of the area in pixels",
                    bars("By size", set.areas(), squares(SIDES), SIDES)),
                Section.figure(
                    plural + " by the aspect ratio (width / height) of the box",
                    bars("By shape", set.aspects(), ASPECTS, ASPECTS)))));
  }

  private static double[] squares(double... sides) {
    return Arrays.stream(sides).map(s -> s * s).toArray();
  }

  private static DomContent bars(String label, double[] values, double[] bounds, double[] shown) {
    long[] counts = SetStatistics.histogram(values, bounds);
    long most = Arrays.stream(counts).max().orElse(1);
    BarChart chart = new BarChart(label, counts.length, most);
    for (int b = 0; b < counts.length; b++) {
      String name =
          b == counts.length - 1
              ? "≥ " + Svg.number(shown[b])
              : Svg.number(shown[b]) + "–" + Svg.number(shown[b + 1]);
      chart.bar(name, counts[b], Long.toString(counts[b]), name + ": " + counts[b]);
    }
    return chart.element();
  }

  private static Section together(SetStatistics set) {
    int[] shown =
        IntStream.range(0, set.classes().size())
            .filter(k -> set.together()[k][k] > 0)
            .boxed()
            .sorted(Comparator.comparingLong((Integer k) -> set.together()[k][k]).reversed())
            .limit(CLASSES)
            .mapToInt(k -> k)
            .toArray();
    List<String> names = set.classes().stream().map(ClassCount::name).toList();
    return new Section(
        "together",
        "Together",
        List.of(
            Section.paragraph(
                "The number of images in which two classes occur together; on the diagonal, the"
                    + " number in which a class occurs. The most frequent classes come first"
                    + (shown.length == CLASSES ? ", at most " + CLASSES + "." : ".")),
            MatrixTable.of(
                names,
                shown,
                (r, c) -> {
                  long count = set.together()[r][c];
                  double share = count / (double) set.together()[r][r];
                  String title =
                      names.get(r)
                          + (" with " + names.get(c) + ": " + count + " images (")
                          + (TextTable.fixed(100 * share, 1) + " % of the row)");
                  return count == 0
                      ? td()
                      : MatrixTable.cell(
                          text(Long.toString(count)), r == c ? "right" : "met", share, title);
                })));
  }

  private static Section empty(SetStatistics set, Unit unit) {
    String thing = unit == Unit.OBJECTS ? "object" : "label";
    List<String> names = set.empty();
    List<DomContent> contents = new ArrayList<>();
    contents.add(
        Section.paragraph(
            names.isEmpty()
                ? "Every image has at least one " + thing + "."
                : (names.size() == 1 ? "One image has no " : names.size() + " images have no ")
                    + (thing + (names.size() == 1 ? "." : "s."))
                    + " The list of images, ordered by content, begins with the empty ones."));
    if (!names.isEmpty()) {
      contents.add(
          a("the emptiest images first").withHref(GalleryPage.IMAGES + "&sort=" + unit.order));
      String more = names.size() > NAMES ? ", …" : "";
      contents.add(
          Section.details(
              "File names",
              Section.paragraph(
                  String.join(", ", names.subList(0, Math.min(NAMES, names.size()))) + more)));
    }
    return new Section("empty", "Empty images", contents);
  }

  private static Section duplicates(List<Pair> pairs) {
    List<List<Integer>> groups = NearDuplicates.groups(pairs);
    List<DomContent> contents = new ArrayList<>();
    contents.add(
        Section.paragraph(
            groups.isEmpty()
                ? "No two images look alike."
                : (groups.size() == 1 ? "One group" : groups.size() + " groups")
                    + " of images that look alike: their perceptual hashes differ in at most "
                    + NearDuplicates.REACH
                    + " of 256 bits."
                    + (groups.size() > GROUPS ? " The first " + GROUPS + " are shown." : "")));
    for (List<Integer> group : groups.subList(0, Math.min(GROUPS, groups.size()))) {
      DivTag shown = div().withClass("alike");
      for (int image : group) {
        String file = GalleryFolder.NAME + "/" + PictureFiles.name(image) + ".jpg";
        shown.with(
            a(img().withSrc(file).withAlt("image " + image).attr("loading", "lazy"))
                .withHref(GalleryPage.IMAGES + "&image=" + image));
      }
      contents.add(shown);
    }
    return new Section("duplicates", "Near-duplicates", contents);
  }
}
