package dev.dovetail.formats.xml;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes an XML file in UTF-8, one element per line. */
public final class XmlWriter implements Closeable {

  private final OutputStream out;
  private final XMLStreamWriter xml;
  private int depth;
  private boolean open;

  /**
   * Starts the root element.
   *
   * @param out the destination; closed with this writer
   * @param root the name of the element
   * @throws IOException if it cannot be written
   */
  public XmlWriter(OutputStream out, String root) throws IOException {
    this.out = out;
    try {
      xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, "UTF-8");
      xml.writeStartDocument("UTF-8", "1.0");
    } catch (XMLStreamException e) {
      throw failed(e);
    }
    start(root);
  }

  private interface Step {
    void run() throws XMLStreamException;
  }

  private static void run(Step step) throws IOException {
    try {
      step.run();
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** Returns the IOException that caused an XMLStreamException, or a new one that wraps it. */
  private static IOException failed(XMLStreamException e) {
    return e.getCause() instanceof IOException io
        ? io
        : e.getNestedException() instanceof IOException io ? io : new IOException(e);
  }

  /**
   * Starts an element inside the current one.
   *
   * @param name of the element
   * @param attributes alternating names and values
   * @throws IOException if it cannot be written
   */
  public void start(String name, Object... attributes) throws IOException {
    run(
        () -> {
          newLine();
          xml.writeStartElement(name);
          for (int i = 0; i < attributes.length; i += 2) {
            xml.writeAttribute(attributes[i].toString(), string(attributes[i + 1]));
          }
        });
    depth++;
    open = true;
  }

  /**
   * Ends the current element.
   *
   * @throws IOException if it cannot be written
   */
  public void end() throws IOException {
    depth--;
    run(
        () -> {
          if (!open) {
            newLine();
          }
          xml.writeEndElement();
        });
    open = false;
  }

  /**
   * Writes an element with a text or a number.
   *
   * @param name of the element
   * @param value its content
   * @param attributes alternating names and values
   * @throws IOException if it cannot be written
   */
  public void text(String name, Object value, Object... attributes) throws IOException {
    start(name, attributes);
    run(() -> xml.writeCharacters(string(value)));
    end();
  }

  /** Formats integers without a fraction, as programs expect sizes and corners. */
  private static String string(Object value) {
    return value instanceof Double d && d == Math.rint(d) && Math.abs(d) < 1e15
        ? String.format(Locale.ROOT, "%d", (long) (double) d)
        : value.toString();
  }

  private void newLine() throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }

  /** Ends the open elements and the file. */
  @Override
  public void close() throws IOException {
    try (out) {
      while (depth > 0) {
        end();
      }
      run(
          () -> {
            xml.writeCharacters("\n");
            xml.writeEndDocument();
            xml.close();
          });
    }
  }
}
