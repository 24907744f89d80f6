package dev.dovetail.images;

import dev.dovetail.files.InputFile;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.ImageHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;

/** The kinds of image sources. */
final class ImageSources {

  private ImageSources() {}

  record OfFile(Path file) implements ImageSource {
    @Override
    public String name() {
      return file.toString();
    }

    @Override
    public Image read() throws IOException {
      return ImageReader.read(file);
    }

    @Override
    public Size size() throws IOException {
      if (InputFile.isStream(file)) {
        throw new IOException(file + " is a pipe or a device, which can be read only once");
      }
      return ImageHeader.storedSize(file);
    }
  }

  record OfContent(byte[] content, String name) implements ImageSource {
    @Override
    public Image read() throws IOException {
      return ImageReader.decode(content, name);
    }

    @Override
    public Size size() throws IOException {
      return ImageHeader.storedSize(new ByteArrayInputStream(content), name);
    }
  }

  record OfImage(Image image) implements ImageSource {
    @Override
    public String name() {
      return image.toString();
    }

    @Override
    public Image read() {
      return image;
    }

    /** The image belongs to the caller. */
    @Override
    public void release(Image read) {}

    @Override
    public Size size() {
      return image.size();
    }
  }
}
