package dev.dovetail.eval.panoptic;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The matching result of one image. Categories are indices into the ground truth's list.
 *
 * @param image its index in the ground truth
 * @param matched the category of each matched pair, in the order in which the reference adds them
 * @param ious the overlap of each matched pair
 * @param falsePositives the category of each unmatched predicted segment
 * @param falseNegatives the category of each unmatched true segment
 */
record ImageQuality(
    int image, int[] matched, double[] ious, int[] falsePositives, int[] falseNegatives) {

  void writeTo(DataOutput out) throws IOException {
    out.writeInt(image);
    write(out, matched);
    for (double iou : ious) {
      out.writeDouble(iou);
    }
    write(out, falsePositives);
    write(out, falseNegatives);
  }

  static ImageQuality readFrom(DataInput in) throws IOException {
    int image = in.readInt();
    int[] matched = read(in);
    double[] ious = new double[matched.length];
    for (int i = 0; i < ious.length; i++) {
      ious[i] = in.readDouble();
    }
    return new ImageQuality(image, matched, ious, read(in), read(in));
  }

  private static void write(DataOutput out, int[] values) throws IOException {
    out.writeInt(values.length);
    for (int value : values) {
      out.writeInt(value);
    }
  }

  private static int[] read(DataInput in) throws IOException {
    int[] values = new int[in.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readInt();
    }
    return values;
  }
}
