package dev.dovetail.cli.inputs;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.inputs.Input.Kind;
import dev.dovetail.files.DataFolder;
import dev.dovetail.files.HttpFile;
import dev.dovetail.files.OutputException;
import dev.dovetail.files.TemporaryFolder;
import dev.dovetail.formats.image.ImageFormat;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All inputs of a prediction, without duplicates, in the specified order. The standard input and
 * downloads are copied to a temporary directory, which is deleted on close.
 */
public final class Inputs implements Closeable {

  private static final String STANDARD_INPUT = "-";
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+)://.*");

  private static final Set<String> ENDINGS =
      Stream.of(ImageFormat.ENDINGS, Input.VIDEO_ENDINGS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Longer names are truncated at the start, so that the extension is kept. */
  private static final int LONGEST_NAME = 100;

  private final List<Place> places = new ArrayList<>();
  private final Set<Input> found = new LinkedHashSet<>();
  private final List<String> failures = new ArrayList<>();
  private final Download.Limits limits;
  private final ConsoleProgress console;
  private @Nullable TemporaryFolder copies;
  private int copied;

  private Inputs(Download.Limits limits, ConsoleProgress console) {
    this.limits = limits;
    this.console = console;
  }

  /**
   * Finds the inputs that a user specified, without downloading them.
   *
   * @param words files, directories, patterns, lists as {@code @FILE}, {@code -}, and URLs
   * @param out the output directory, which contains no inputs; null if there is none
   * @param limits limits of each download
   * @param console receives notes on ignored files, and the progress of downloads
   * @throws UsageException if an input is invalid
   */
  static Inputs find(
      List<String> words, @Nullable Path out, Download.Limits limits, ConsoleProgress console)
      throws IOException {
    Inputs inputs = new Inputs(limits, console);
    InputFiles files = new InputFiles(ENDINGS, "images or videos", out);
    for (InputList input : InputList.expand(words)) {
      inputs.places.add(place(input, files));
    }
    files.notes().stream().distinct().forEach(note -> console.say("dovetail: " + note));
    return inputs;
  }

  /**
   * Downloads the URLs, and reads the standard input.
   *
   * @throws IOException if the local copy fails. A server error is recorded as a failure instead.
   */
  public void fetch() throws IOException {
    for (Place place : places) {
      place.addTo(this);
    }
  }

  /** The location of inputs: local or remote. */
  private interface Place {
    void addTo(Inputs inputs) throws IOException;

    /** Returns whether the location is known to contain a video. */
    default boolean hasVideos() {
      return false;
    }
  }

  /** Local files. */
  private record LocalFiles(List<Input> files) implements Place {

    @Override
    public void addTo(Inputs inputs) {
      inputs.found.addAll(files);
    }

    @Override
    public boolean hasVideos() {
      return files.stream().anyMatch(file -> !file.isImage());
    }
  }

  private static Place place(InputList input, InputFiles files) throws IOException {
    String text = input.text();
    if (text.isEmpty()) {
      throw new UsageException("an input is empty; specify an image, a directory or a URL");
    }
    if (text.equals(STANDARD_INPUT)) {
      return standardInput();
    }
    boolean url = SCHEME.matcher(text).matches();
    try {
      if (url) {
        URI address = url(text);
        return inputs -> inputs.download(address);
      }
      return new LocalFiles(paths(input, files).stream().map(Input::of).toList());
    } catch (UsageException e) {
      throw new UsageException(input.place() + e.getMessage());
    }
  }

  private static List<Path> paths(InputList input, InputFiles files) throws IOException {
    try {
      return files.find(input.text());
    } catch (UsageException e) {
      String beside = input.besideList();
      if (beside == null) {
        throw e;
      }
      try {
        return files.find(beside);
      } catch (UsageException nowhere) {
        throw e;
      }
    }
  }

  private static Place standardInput() {
    if (System.console() != null) {
      throw new UsageException("-: the standard input is a terminal; pipe an image into it");
    }
    return Inputs::addStandardInput;
  }

  private static URI url(String text) {
    if (!HttpFile.isUrl(text)) {
      throw new UsageException(
          text + ": only http:// and https:// URLs are supported; specify a file instead");
    }
    try {
      URI url = new URI(text);
      if (url.getHost() == null) {
        throw new UsageException(text + ": this URL has no host");
      }
      return url;
    } catch (URISyntaxException e) {
      throw new UsageException(
          text
              + ": this is not a valid URL: "
              + e.getReason()
              + " at character "
              + (e.getIndex() + 1)
              + " (write a space as %20)");
    }
  }

  private Path copy() throws IOException {
    if (copies == null) {
      copies = TemporaryFolder.create();
    }
    copied++;
    return copies.path().resolve(Integer.toString(copied));
  }

  private void addStandardInput() throws IOException {
    if (found.stream().anyMatch(i -> i.name().equals(STANDARD_INPUT))) {
      return;
    }
    Path copy = copy();
    try (InputStream in = System.in) {
      Files.copy(in, copy);
    }
    found.add(Input.copied(STANDARD_INPUT, "stdin", copy, Kind.IMAGE));
  }

  private void download(URI url) throws IOException {
    if (found.stream().anyMatch(i -> i.name().equals(url.toString()))) {
      return;
    }
    Path copy = copy();
    try {
      Download.to(copy, url, limits, console);
      String name = shortName(url);
      FirstBytes content = FirstBytes.of(copy);
      if (content.isWebPage()) {
        failures.add(url + ": this is a web page; copy the address of the image or video itself");
        return;
      }
      boolean video = content.isVideo() || DataFolder.hasEnding(Path.of(name), Input.VIDEO_ENDINGS);
      found.add(Input.copied(url.toString(), name, copy, video ? Kind.VIDEO : Kind.IMAGE));
    } catch (OutputException e) {
      throw e;
    } catch (IOException e) {
      failures.add(e.getMessage());
    }
  }

  /** Returns the last element of the path, or else the host. */
  private static String shortName(URI url) {
    String path = url.getPath() == null ? "" : url.getPath();
    String last = path.substring(path.lastIndexOf('/') + 1);
    String name = last.isBlank() ? url.getHost() : last;
    return name.replace('\0', '_').substring(Math.max(0, name.length() - LONGEST_NAME));
  }

  /** Returns whether there are videos or webcams, as far as known before URLs are downloaded. */
  public boolean hasVideos() {
    return places.stream().anyMatch(Place::hasVideos)
        || found.stream().anyMatch(input -> !input.isImage());
  }

  /** Returns the inputs in the order of prediction. */
  public List<Input> all() {
    return List.copyOf(found);
  }

  /** Returns one message per failed download. */
  public List<String> failures() {
    return failures;
  }

  /**
   * Returns a name for the results of each input: its name without extension, with a number if that
   * is needed to make it unique.
   */
  public List<String> names() {
    Set<String> used = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (Input input : found) {
      String name = input.shortName();
      int dot = name.lastIndexOf('.');
      String stem = dot > 0 ? name.substring(0, dot) : name;
      String unique = stem;
      for (int i = 2; !used.add(unique); i++) {
        unique = stem + "-" + i;
      }
      names.add(unique);
    }
    return names;
  }

  @Override
  public void close() {
    if (copies != null) {
      copies.close();
    }
  }
}
