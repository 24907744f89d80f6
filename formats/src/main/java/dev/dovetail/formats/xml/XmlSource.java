package dev.dovetail.formats.xml;

import dev.dovetail.files.GitLfsPointer;
import dev.dovetail.formats.FormatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An XML file that is read element by element. Errors name file, line and field. External documents
 * and entities are not resolved.
 */
public final class XmlSource {

  private final Path file;
  private final XMLStreamReader xml;

  private XmlSource(Path file, XMLStreamReader xml) {
    this.file = file;
    this.xml = xml;
  }

  /** Reads a file from its first element to its last. */
  @FunctionalInterface
  public interface Body<T> {
    /**
     * Reads the file.
     *
     * @param xml the source, at the root element
     * @return the result
     * @throws XMLStreamException if it is not XML
     * @throws IOException if it has another format
     */
    T read(XmlSource xml) throws XMLStreamException, IOException;
  }

  /** Reads the current element from start to end. */
  @FunctionalInterface
  public interface Child {
    /**
     * Reads the element.
     *
     * @param name of the element
     * @throws XMLStreamException if it is not XML
     * @throws IOException if it has another format
     */
    void read(String name) throws XMLStreamException, IOException;
  }

  /**
   * Reads a file.
   *
   * @param <T> the type of the result
   * @param file the file
   * @param root the required name of the root element
   * @param body reads from after the start of the root element to its end
   * @return the result of the body
   * @throws FormatException naming file and line, if it is not XML or has another root
   */
  public static <T> T read(Path file, String root, Body<T> body) throws IOException {
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
      XMLStreamReader xml = factory().createXMLStreamReader(bytes);
      XmlSource source = new XmlSource(file, xml);
      xml.nextTag();
      if (!xml.getLocalName().equals(root)) {
        throw source.error("", "expected <" + root + ">, found <" + xml.getLocalName() + ">");
      }
      T value = body.read(source);
      while (xml.hasNext()) {
        xml.next(); // more than one document is a separate error
      }
      return value;
    } catch (XMLStreamException e) {
      if (GitLfsPointer.is(file)) {
        throw new FormatException(file + ": " + GitLfsPointer.PROBLEM, e);
      }
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      throw new FormatException(
          file + (line > 0 ? ":" + line : "") + ": this is not valid XML (" + reason(e) + ")", e);
    }
  }

  /** Disables external documents, external entities and entity expansion. */
  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  private static String reason(XMLStreamException e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    return message.substring(message.indexOf("Message: ") + 1).replace("essage: ", "").strip();
  }

  /**
   * Passes each child element to a reader and ends after the end of the element.
   *
   * @param child reads a child element
   * @throws XMLStreamException if it is not XML
   * @throws IOException if a child cannot be used
   */
  public void children(Child child) throws XMLStreamException, IOException {
    while (xml.next() != XMLStreamConstants.END_ELEMENT) {
      if (xml.isStartElement()) {
        child.read(xml.getLocalName());
      }
    }
  }

  /** {@return the attributes of the current element, by name} */
  public Map<String, String> attributes() {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      attributes.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i).strip());
    }
    return attributes;
  }

  /**
   * Consumes the element.
   *
   * @return its text
   * @throws XMLStreamException if it is not XML, or the element has child elements
   */
  public String text() throws XMLStreamException {
    return xml.getElementText().strip();
  }

  /**
   * Stores the text of the element, which must not occur twice.
   *
   * @param texts receives the text
   * @param name the key in the map
   * @param field the name of the element in messages
   * @throws XMLStreamException if it is not XML
   * @throws FormatException if the key already has a text
   */
  public void once(Map<String, String> texts, String name, String field)
      throws XMLStreamException, FormatException {
    if (texts.put(name, text()) != null) {
      throw error(field, "occurs twice");
    }
  }

  /**
   * Skips the element.
   *
   * @throws XMLStreamException if it is not XML
   */
  public void skip() throws XMLStreamException {
    for (int depth = 1; depth > 0; ) {
      int event = xml.next();
      depth += event == XMLStreamConstants.START_ELEMENT ? 1 : 0;
      depth -= event == XMLStreamConstants.END_ELEMENT ? 1 : 0;
    }
  }

  /**
   * {@return a required number}
   *
   * @param fields texts by name
   * @param prefix of the name in messages
   * @param field the name
   * @throws FormatException if it is missing, not a number or not finite
   */
  public double number(Map<String, String> fields, String prefix, String field)
      throws FormatException {
    String text = fields.get(field);
    if (text == null) {
      throw error(prefix + field, "is missing");
    }
    return number(text, prefix + field);
  }

  /**
   * {@return a text as a number}
   *
   * @param text the text
   * @param field its name in messages
   * @throws FormatException if it is not a number or not finite
   */
  public double number(String text, String field) throws FormatException {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw error(field, "is \"" + text + "\"; expected a number");
  }

  /**
   * {@return an exception at the current position}
   *
   * @param field the name of the field; empty for the file
   * @param problem the problem
   */
  public FormatException error(String field, String problem) {
    return new FormatException(place() + (field.isEmpty() ? "" : field + ": ") + problem);
  }

  /** {@return file and line, as the beginning of a message} */
  public String place() {
    return file + ":" + xml.getLocation().getLineNumber() + ": ";
  }
}
