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
import dev.dovetail.eval.browse.SetStatistics;
import dev.dovetail.eval.browse.SetStatistics.ClassCount;
import dev.dovetail.eval.gallery.GalleryFolder;
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

  private static final int CLASSES = 60;
  private static final int GROUPS = 100;
  private static final int NAMES = 200;

  /** Square roots of areas in pixels, COCO's small and medium among them. */
  private static final double[] SIDES = {0, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 1e9};

  private static final double[] ASPECTS = {0, 0.2, 0.33, 0.5, 0.75, 1, 1.33, 2, 3, 5, 1e9};

  private BrowseSections() {}

  /**
   * {@return the sections of a data set}
   *
   * @param set its statistics
   * @param pairs of images that look alike
   */
  public static List<Section> of(SetStatistics set, List<Pair> pairs) {
    List<Section> sections = new ArrayList<>();
    sections.add(summary(set, pairs));
    if (!set.classes().isEmpty()) {
      sections.add(classes(set));
      sections.add(shapes(set));
      sections.add(together(set));
      sections.add(empty(set));
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

  private static Section summary(SetStatistics set, List<Pair> pairs) {
    Tiles tiles = new Tiles().add("images", Integer.toString(set.images()));
    if (!set.classes().isEmpty()) {
      tiles
          .add("objects", Long.toString(set.objects()))
          .add("classes", Integer.toString(set.classes().size()))
          .add("objects per image", mean(set))
          .add("images without an object", Integer.toString(set.empty().size()))
          .add("crowds", Long.toString(set.crowds()));
    }
    tiles.add("groups of similar images", Integer.toString(NearDuplicates.groups(pairs).size()));
    return new Section("summary", "Summary", List.of(tiles.element()));
  }

  private static String mean(SetStatistics set) {
    return set.images() == 0 ? "–" : TextTable.fixed(set.objects() / (double) set.images(), 1);
  }

  private static Section classes(SetStatistics set) {
    HtmlTable table =
        new HtmlTable(
            List.of("class", "objects", "% of objects", "images", "median area in pixels"));
    for (int k = 0; k < set.classes().size(); k++) {
      ClassCount c = set.classes().get(k);
      String objects = GalleryPage.OBJECTS + "&kind=any&min=all&class=" + k;
      String images = GalleryPage.IMAGES + "&class=" + k;
      table.row(
          c.name(),
          List.of(
              td(a(Long.toString(c.objects())).withHref(objects)).withClass("n"),
              HtmlTable.bar(c.objects() / (double) set.objects()),
              td(a(Long.toString(c.images())).withHref(images)).withClass("n"),
              HtmlTable.numeric(
                  Double.isNaN(c.medianArea()) ? "–" : TextTable.fixed(c.medianArea(), 0))));
    }
    return new Section(
        "classes",
        "Classes",
        List.of(
            Section.paragraph(
                "Click a number to see its objects or images. Click a heading to sort."),
            table.tall()));
  }

  private static Section shapes(SetStatistics set) {
    return new Section(
        "shapes",
        "Sizes and shapes",
        List.of(
            Section.figures(
                Section.figure(
                    "Objects by the square root of their area in pixels",
                    bars("Objects by size", set.areas(), squares(SIDES), SIDES)),
                Section.figure(
                    "Objects by the aspect ratio (width / height) of their box",
                    bars("Objects by shape", set.aspects(), ASPECTS, ASPECTS)))));
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

  private static Section empty(SetStatistics set) {
    List<String> names = set.empty();
    List<DomContent> contents = new ArrayList<>();
    contents.add(
        Section.paragraph(
            names.isEmpty()
                ? "Every image has at least one object."
                : names.size()
                    + " images have no objects. The list of images by their number of objects"
                    + " begins with them."));
    if (!names.isEmpty()) {
      contents.add(
          a("Images by their number of objects").withHref(GalleryPage.IMAGES + "&sort=objects"));
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
