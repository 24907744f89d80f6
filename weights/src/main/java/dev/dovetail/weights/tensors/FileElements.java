package dev.dovetail.weights.tensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Readers of a {@link StoredTensor}. A contiguous tensor is read sequentially, so that streaming a
 * checkpoint leaves no mapped pages behind. A strided view needs random access, so its range is
 * mapped.
 */
final class FileElements {

  private FileElements() {}

  static ElementReader open(StoredTensor tensor, ByteOrder order) throws IOException {
    FileChannel channel = FileChannel.open(tensor.file(), StandardOpenOption.READ);
    ElementReader reader =
        Shapes.contiguous(tensor.shape(), tensor.strides())
            ? new Sequential(channel, tensor)
            : new Strided(channel, tensor);
    return order == ByteOrder.LITTLE_ENDIAN ? reader : new Swapped(reader, tensor.type().bytes());
  }

  private static final class Sequential implements ElementReader {
    private final FileChannel channel;
    private final StoredTensor tensor;
    private long position;

    Sequential(FileChannel channel, StoredTensor tensor) {
      this.channel = channel;
      this.tensor = tensor;
      this.position = tensor.offset();
    }

    @Override
    public void read(ByteBuffer into) throws IOException {
      long bytes = into.remaining();
      FileBytes.read(channel, tensor.file(), into, position);
      position += bytes;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static final class Strided implements ElementReader {
    /** A multiple of every element size, so that no element spans two segments. */
    private static final long SEGMENT = 1L << 30;

    private final FileChannel channel;
    private final StoredTensor tensor;
    private final int size;
    private final long run;

    /** For the axes before the run: number of entries, distance in bytes, and current index. */
    private final long[] counts;

    private final long[] steps;
    private final long[] index;
    private final MappedByteBuffer[] segments;
    private final long bytes;

    /**
     * Bytes from the tensor's first element to the current run, and completed elements of that run.
     */
    private long runStart;

    private long doneOfRun;

    Strided(FileChannel channel, StoredTensor tensor) {
      this.channel = channel;
      this.tensor = tensor;
      this.size = tensor.type().bytes();
      this.run = Shapes.trailingRun(tensor.shape(), tensor.strides());
      int outerAxes = outerAxes(tensor.shape(), run);
      this.counts = tensor.shape().stream().mapToLong(Long::longValue).limit(outerAxes).toArray();
      this.steps = tensor.strides().stream().mapToLong(s -> s * size).limit(outerAxes).toArray();
      this.index = new long[outerAxes];
      this.bytes = Shapes.extent(tensor.shape(), tensor.strides()) * size;
      this.segments = new MappedByteBuffer[(int) ((bytes + SEGMENT - 1) / SEGMENT)];
    }

    /** Number of leading axes that are iterated; the others form one run. */
    private static int outerAxes(List<Long> shape, long run) {
      long inner = 1;
      int axis = shape.size();
      while (inner < run) {
        inner *= shape.get(--axis);
      }
      return axis;
    }

    @Override
    public void read(ByteBuffer into) throws IOException {
      while (into.hasRemaining()) {
        long from = runStart + doneOfRun * size;
        MappedByteBuffer segment = segment(from / SEGMENT);
        int at = (int) (from % SEGMENT);
        if (run == 1) {
          copyElement(segment, at, into);
          doneOfRun = 1;
        } else {
          long left = Math.min((run - doneOfRun) * size, segment.capacity() - at);
          int length = (int) Math.min(left, into.remaining());
          into.put(into.position(), segment, at, length).position(into.position() + length);
          doneOfRun += length / size;
        }
        if (doneOfRun == run) {
          nextRun();
        }
      }
    }

    /** Copies one element in the loop of a transposed tensor, where a bulk copy is slower. */
    private void copyElement(MappedByteBuffer segment, int at, ByteBuffer into) {
      switch (size) {
        case 8 -> into.putLong(segment.getLong(at));
        case 4 -> into.putInt(segment.getInt(at));
        case 2 -> into.putShort(segment.getShort(at));
        default -> into.put(segment.get(at));
      }
    }

    private void nextRun() {
      doneOfRun = 0;
      for (int axis = index.length - 1; axis >= 0; axis--) {
        index[axis]++;
        runStart += steps[axis];
        if (index[axis] < counts[axis]) {
          return;
        }
        runStart -= index[axis] * steps[axis];
        index[axis] = 0;
      }
    }

    private MappedByteBuffer segment(long number) throws IOException {
      int i = (int) number;
      if (segments[i] == null) {
        long start = number * SEGMENT;
        long position = tensor.offset() + start;
        long length = Math.min(SEGMENT, bytes - start);
        if (position + length > channel.size()) {
          throw new CheckpointException(
              tensor.file(),
              "ends within tensor "
                  + CheckpointException.quote(tensor.name())
                  + ": the file was truncated while it was in use");
        }
        segments[i] = channel.map(FileChannel.MapMode.READ_ONLY, position, length);
        segments[i].order(ByteOrder.LITTLE_ENDIAN);
      }
      return segments[i];
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Reverses the bytes of big-endian elements. */
  private record Swapped(ElementReader reader, int size) implements ElementReader {

    @Override
    public void read(ByteBuffer into) throws IOException {
      int start = into.position();
      reader.read(into);
      for (int element = start; element < into.position(); element += size) {
        for (int low = element, high = element + size - 1; low < high; low++, high--) {
          byte first = into.get(low);
          into.put(low, into.get(high)).put(high, first);
        }
      }
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
