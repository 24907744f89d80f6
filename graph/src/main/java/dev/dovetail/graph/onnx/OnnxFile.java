package dev.dovetail.graph.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.dovetail.graph.Graph;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes graphs as self-contained ONNX files. Weights are copied from file to file and never pass
 * through the Java heap.
 */
public final class OnnxFile {

  /** Protobuf is limited to 2 GB, and readers need space in addition to the weights. */
  private static final long MOST_INSIDE = 1_500_000_000;

  /** Alignment of large weights, so that readers can map them into memory. */
  private static final int PAGE = 4096;

  private static final int SMALL = 1 << 16;
  private static final int SMALL_ALIGNMENT = 64;

  private final ModelProto model;
  private final Path root;

  private OnnxFile(ModelProto model, Path root) {
    this.model = model;
    this.root = root;
  }

  /**
   * Writes a graph with its weights. They are in the model file if the total is less than 1.5 GB,
   * or else in a file next to it with the same name and the extension {@code .data}.
   *
   * @param file the file to write
   * @param graph the graph
   * @param dialect the allowed operators
   * @param precision the type of floating-point values
   * @param store the location of the weights
   * @param metadata key-value pairs to store in the file
   * @param external whether weights are written to a separate file even if they are small
   * @throws IOException if weights cannot be read or a file cannot be written
   */
  public static void write(
      Path file,
      Graph graph,
      Dialect dialect,
      Precision precision,
      ParameterStore store,
      Map<String, String> metadata,
      boolean external)
      throws IOException {
    ModelProto model;
    try {
      model = OnnxWriter.write(graph, dialect, precision, store, metadata);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    OnnxFile written = new OnnxFile(model, store.folder().orElse(Path.of("")));
    if (external || written.bytes() > MOST_INSIDE) {
      written.writeBeside(file, file.resolveSibling(file.getFileName() + ".data"));
    } else {
      written.writeInside(file);
    }
  }

  /** Returns the total size of constants and weights. */
  private long bytes() {
    return model.getGraph().getInitializerList().stream()
        .mapToLong(t -> isStored(t) ? Stored.of(t).length() : t.getRawData().size())
        .sum();
  }

  private static boolean isStored(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  /** Returns the location of a weight. */
  private record Stored(String file, long offset, long length) {

    static Stored of(TensorProto tensor) {
      Map<String, String> entries = new HashMap<>();
      for (StringStringEntryProto entry : tensor.getExternalDataList()) {
        entries.put(entry.getKey(), entry.getValue());
      }
      return new Stored(
          entries.get("location"),
          Long.parseLong(entries.get("offset")),
          Long.parseLong(entries.get("length")));
    }
  }

  /** The files from which weights are copied, each opened once. */
  private static final class Sources implements Closeable {
    private final Path root;
    private final Map<String, FileChannel> open = new HashMap<>();

    Sources(Path root) {
      this.root = root;
    }

    void copy(Stored weight, FileChannel out) throws IOException {
      FileChannel in = open.get(weight.file());
      if (in == null) {
        in = FileChannel.open(root.resolve(weight.file()), StandardOpenOption.READ);
        open.put(weight.file(), in);
      }
      for (long done = 0; done < weight.length(); ) {
        long n = in.transferTo(weight.offset() + done, weight.length() - done, out);
        if (n <= 0) {
          throw new IOException(root.resolve(weight.file()) + " was truncated while it was read");
        }
        done += n;
      }
    }

    @Override
    public void close() throws IOException {
      for (FileChannel channel : open.values()) {
        channel.close();
      }
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  /** Writes the message field by field, so that weights are copied directly to their position. */
  private void writeInside(Path file) throws IOException {
    GraphProto graph = model.getGraph();
    GraphProto rest = graph.toBuilder().clearInitializer().build();
    long size = rest.getSerializedSize();
    for (TensorProto tensor : graph.getInitializerList()) {
      long length = sizeInside(tensor);
      size += CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER);
      size += CodedOutputStream.computeUInt64SizeNoTag(length) + length;
    }
    try (FileChannel channel = create(file);
        Sources sources = new Sources(root)) {
      CodedOutputStream out = CodedOutputStream.newInstance(Channels.newOutputStream(channel));
      model.toBuilder().clearGraph().build().writeTo(out);
      start(out, ModelProto.GRAPH_FIELD_NUMBER, size);
      rest.writeTo(out);
      for (TensorProto tensor : graph.getInitializerList()) {
        start(out, GraphProto.INITIALIZER_FIELD_NUMBER, sizeInside(tensor));
        bare(tensor).writeTo(out);
        if (isStored(tensor)) {
          Stored weight = Stored.of(tensor);
          start(out, TensorProto.RAW_DATA_FIELD_NUMBER, weight.length());
          out.flush();
          sources.copy(weight, channel);
        }
      }
      out.flush();
    }
  }

  private static void start(CodedOutputStream out, int field, long length) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt64NoTag(length);
  }

  /** Returns the message of a tensor that contains its values. */
  private static long sizeInside(TensorProto tensor) {
    long size = bare(tensor).getSerializedSize();
    if (isStored(tensor)) {
      long length = Stored.of(tensor).length();
      size += CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER);
      size += CodedOutputStream.computeUInt64SizeNoTag(length) + length;
    }
    return size;
  }

  /** Returns a tensor without the location of its values. */
  private static TensorProto bare(TensorProto tensor) {
    return isStored(tensor)
        ? tensor.toBuilder().clearExternalData().clearDataLocation().build()
        : tensor;
  }

  private void writeBeside(Path file, Path data) throws IOException {
    ModelProto.Builder moved = model.toBuilder();
    try (FileChannel channel = create(data);
        Sources sources = new Sources(root)) {
      for (TensorProto.Builder tensor : moved.getGraphBuilder().getInitializerBuilderList()) {
        if (tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL) {
          continue;
        }
        Stored weight = Stored.of(tensor.build());
        pad(channel, weight.length() < SMALL ? SMALL_ALIGNMENT : PAGE);
        long offset = channel.position();
        sources.copy(weight, channel);
        tensor
            .clearExternalData()
            .addExternalData(OnnxWriter.entry("location", data.getFileName().toString()))
            .addExternalData(OnnxWriter.entry("offset", Long.toString(offset)))
            .addExternalData(OnnxWriter.entry("length", Long.toString(weight.length())));
      }
    }
    try (FileChannel channel = create(file)) {
      CodedOutputStream out = CodedOutputStream.newInstance(Channels.newOutputStream(channel));
      moved.build().writeTo(out);
      out.flush();
    }
  }

  private static void pad(FileChannel channel, int alignment) throws IOException {
    int rest = (int) (channel.position() % alignment);
    ByteBuffer zeros = ByteBuffer.allocate(rest == 0 ? 0 : alignment - rest);
    while (zeros.hasRemaining()) {
      channel.write(zeros);
    }
  }
}
