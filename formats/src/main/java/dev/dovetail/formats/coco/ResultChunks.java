package dev.dovetail.formats.coco;

import dev.dovetail.files.InputFile;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.coco.CocoResults.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads a large list of results in chunks on all processors.
 *
 * <p>The start of a chunk is guessed: the first <code>},{</code> after a fixed offset. The reader
 * of the preceding chunk must arrive exactly there. Since the first start is known, each chunk
 * verifies the next one. If a guess is wrong, the list is read as a whole.
 */
final class ResultChunks {

  private static final int CHUNK = 1 << 20;

  /** The number of bytes before an offset in which a guess searches for the end of a row. */
  private static final int LOOK_BACK = 256;

  private final Path file;
  private final Path content;
  private final Kind kind;
  private final int chunk;
  private final long size;

  private ResultChunks(Path file, Path content, int chunk) throws IOException {
    this.file = file;
    this.content = content;
    this.kind = firstKind();
    this.chunk = chunk;
    this.size = Files.size(content);
  }

  /**
   * The rows that begin in a chunk, the position of the first one, and that of the row after the
   * last one.
   */
  private record Piece(CocoResultsBuilder rows, long from, long to) {}

  /**
   * Reads a list of results of any size, plain or compressed with gzip. It may be a pipe.
   *
   * @throws FormatException for the reasons of {@link CocoResults#read}
   */
  static CocoResults read(Path file) throws IOException {
    JsonSource.requireFile(file);
    try (InputFile in = InputFile.open(file)) {
      Path content = in.path();
      if (Files.size(content) > 2 * CHUNK && !JsonSource.isGzip(content)) {
        try {
          return read(file, content, CHUNK);
        } catch (FormatException e) {
          // The list is read as a whole, with the usual messages.
        }
      }
      return JsonSource.read(file, content, source -> new CocoResultsReader(source).read());
    }
  }

  /**
   * Reads an uncompressed list in chunks of a number of bytes.
   *
   * @param file the name in messages
   * @param content the file to read
   * @throws FormatException if it must be read as a whole
   */
  static CocoResults read(Path file, Path content, int chunk) throws IOException {
    ResultChunks reader = new ResultChunks(file, content, chunk);
    int chunks = Math.toIntExact((reader.size + chunk - 1) / chunk);
    List<Piece> pieces;
    try {
      pieces = IntStream.range(0, chunks).parallel().mapToObj(reader::piece).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    CocoResultsBuilder rows = new CocoResultsBuilder(reader.kind);
    rows.reserve(pieces.stream().mapToInt(p -> p.rows.size()).sum());
    for (int i = 0; i < chunks; i++) {
      long next = i + 1 < chunks ? pieces.get(i + 1).from : reader.size;
      if (pieces.get(i).to != next) {
        throw new FormatException(file + ": cannot be read in chunks");
      }
      rows.addAll(pieces.get(i).rows);
    }
    return new CocoResults(file.toString(), rows);
  }

  private Kind firstKind() throws IOException {
    try (InputStream bytes = Files.newInputStream(content);
        PlainSource in = PlainSource.of(file, bytes)) {
      in.expectArray("results");
      return in.nextElement() ? new CocoResultsReader(in).firstRow() : Kind.BOXES;
    }
  }

  private Piece piece(int index) {
    long offset = (long) index * chunk;
    long limit = Math.min(offset + chunk, size);
    long start = Math.max(0, offset - LOOK_BACK);
    try (SeekableByteChannel channel = Files.newByteChannel(content).position(start);
        InputStream bytes = Channels.newInputStream(channel)) {
      if (index > 0) {
        return rows(PlainSource.ofRows(file, bytes, start, offset), limit);
      }
      PlainSource in = PlainSource.of(file, bytes);
      in.expectArray("results");
      return rows(in, limit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Piece rows(PlainSource in, long limit) throws IOException {
    CocoResultsBuilder rows = new CocoResultsBuilder(kind);
    CocoResultsReader reader = new CocoResultsReader(in);
    long from = in.position();
    while (from < limit) {
      if (!in.hasElement()) {
        in.nextElement();
        in.expectEnd();
        break;
      }
      if (in.position() >= limit) {
        break;
      }
      in.nextElement();
      reader.row(rows);
    }
    return new Piece(rows, from, in.position());
  }
}
