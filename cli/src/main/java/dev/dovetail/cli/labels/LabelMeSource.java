package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.labelme.LabelMeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A directory of LabelMe annotation files. Each contains the name of its image and usually its
 * size.
 */
final class LabelMeSource implements LabelSource {

  private final Map<String, Path> files;
  private final LabelRequest request;

  /**
   * Lists the directory.
   *
   * @throws UsageException if there are no annotation files
   */
  LabelMeSource(LabelRequest request) throws IOException {
    this.request = request;
    this.files = LabelSource.files("--labels", request.labels(), Set.of("json"));
    if (files.isEmpty()) {
      throw new UsageException("no JSON files in the directory " + request.labels());
    }
  }

  @Override
  public List<String> names() {
    return List.copyOf(files.keySet());
  }

  @Override
  public Path folder() {
    return request.labels();
  }

  @Override
  public List<CocoCategory> categories() throws IOException {
    Warnings ignored = new Warnings(Strictness.LENIENT);
    return request.categories(names(), name -> read(name, ignored));
  }

  @Override
  public LabelledImage read(String name) throws IOException {
    return read(name, request.warnings());
  }

  private LabelledImage read(String name, Warnings warnings) throws IOException {
    return LabelMeFile.read(files.get(name), name, request.sizes(), warnings);
  }
}
