package dev.dovetail.eval.browse;

import dev.dovetail.eval.gallery.GalleryImage;
import dev.dovetail.eval.gallery.GalleryInfo;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.PictureFiles;
import dev.dovetail.formats.image.Pictures.Picture;
import java.io.IOException;
import java.util.Map;

/**
 * A gallery whose photos are compared while they are copied.
 *
 * @param source the gallery
 * @param duplicates receives every photo
 */
public record HashedPhotos(GallerySource source, NearDuplicates duplicates)
    implements GallerySource {

  @Override
  public int images() {
    return source.images();
  }

  @Override
  public GalleryInfo info() {
    return source.info();
  }

  @Override
  public Map<String, Double> totals() {
    return source.totals();
  }

  @Override
  public void seen(int image, Picture picture) {
    duplicates.add(image, picture);
    source.seen(image, picture);
  }

  @Override
  public GalleryImage image(int image, PictureFiles files) throws IOException {
    return source.image(image, files);
  }
}
