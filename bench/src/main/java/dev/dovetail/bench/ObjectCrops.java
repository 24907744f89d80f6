package dev.dovetail.bench;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.ImageWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Creates a small data set for classifiers: crops of the objects of a COCO data set, in one
 * directory per class.
 */
@Command(
    name = "crops",
    mixinStandardHelpOptions = true,
    description =
        "Crops the objects of a COCO data set to OUT/CLASS/ID.png, for experiments with"
            + " classifiers. Crowds and small objects are skipped.")
final class ObjectCrops implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "ANNOTATIONS", description = "COCO's instances JSON")
  private Path annotations;

  @Parameters(index = "1", paramLabel = "IMAGES", description = "the directory of the images")
  private Path images;

  @Parameters(index = "2", paramLabel = "OUT", description = "the output directory")
  private Path out;

  @Option(
      names = "--least",
      defaultValue = "24",
      paramLabel = "N",
      description = "minimum of both sides in pixels (default: ${DEFAULT-VALUE})")
  private int least;

  @Override
  public Integer call() throws IOException {
    CocoDataset dataset = CocoDataset.read(annotations, new Warnings(Strictness.LENIENT));
    Map<Long, String> classes = new HashMap<>();
    for (CocoCategory category : dataset.categories()) {
      classes.put(category.id(), category.name());
    }
    int written = 0;
    for (CocoImage listed : dataset.images()) {
      Image image = ImageReader.read(images.resolve(listed.fileName()));
      for (CocoAnnotation object : dataset.annotations()) {
        if (object.imageId() == listed.id() && object.crowd() != CocoAnnotation.Crowd.YES) {
          written += crop(image, object, classes.get(object.categoryId()));
        }
      }
      image.release();
    }
    System.out.println(written + " crops in " + out);
    return 0;
  }

  private int crop(Image image, CocoAnnotation object, String name) throws IOException {
    Box box = object.box();
    int left = (int) Math.max(0, Math.floor(box.x()));
    int top = (int) Math.max(0, Math.floor(box.y()));
    int right = (int) Math.min(image.size().width(), Math.ceil(box.x() + box.width()));
    int bottom = (int) Math.min(image.size().height(), Math.ceil(box.y() + box.height()));
    if (right - left < least || bottom - top < least) {
      return 0;
    }
    Path folder = out.resolve(name);
    OutputFile.createFolder(folder);
    ImageWriter.write(
        folder.resolve(object.id() + ".png"),
        image.cropped(top, left, new Size(bottom - top, right - left)));
    return 1;
  }
}
