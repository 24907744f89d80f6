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
 * Reads a large result list in pieces, on all processors.
 *
 * <p>Where a piece begins is guessed: at the first <code>},{</code> behind a fixed offset. The
 * piece before it, read from a place that is known to be right, must arrive exactly there; so all
 * guesses are proved, one by the other, or the list is read as a whole.
 */
final class ResultChunks {

  private static final int CHUNK = 1 << 20;

  /** Space between two rows that a guess looks back over. */
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

  /** The rows that begin in a piece, where the first of them begins and where the next one does. */
  private record Piece(CocoResultsBuilder rows, long from, long to) {}

  /**
   * Reads a result list of any size, plain or gzip; it may come through a pipe.
   *
   * @throws FormatException as {@link CocoResults#read}
   */
  static CocoResults read(Path file) throws IOException {
    JsonSource.requireFile(file);
    try (InputFile in = InputFile.open(file)) {
      Path content = in.path();
      if (Files.size(content) > 2 * CHUNK && !JsonSource.isGzip(content)) {
        try {
          return read(file, content, CHUNK);
        } catch (FormatException e) {
          // The list is read as a whole, with the sentences that belong to it.
        }
      }
      return JsonSource.read(file, content, source -> new CocoResultsReader(source).read());
    }
  }

  /**
   * Reads a plain list in pieces of so many bytes.
   *
   * @param file what messages call it
   * @param content where its bytes are
   * @throws FormatException if it has to be read as a whole
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
        throw new FormatException(file + ": cannot be read in pieces");
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
