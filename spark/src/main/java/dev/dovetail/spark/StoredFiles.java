package dev.dovetail.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Reads files through Spark's connectors: local, {@code hdfs://}, {@code s3a://}, … */
final class StoredFiles implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Broadcast<SerializableConfiguration> configuration;

  StoredFiles(SparkContext context) {
    configuration = SerializableConfiguration.broadcast(context);
  }

  /**
   * Returns the content of a file.
   *
   * @throws IOException if it cannot be read
   */
  byte[] read(String file) throws IOException {
    Path path = new Path(file);
    try (FSDataInputStream in = system(path).open(path)) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new IOException(file + " does not exist", e);
    }
  }

  /** Returns whether a path is a directory. */
  boolean isDirectory(String name) throws IOException {
    Path path = new Path(name);
    FileSystem system = system(path);
    return system.exists(path) && system.getFileStatus(path).isDirectory();
  }

  /**
   * Returns the files below a directory whose names end in {@code ending}. The keys are their paths
   * relative to the directory, without the ending.
   */
  Map<String, String> below(String directory, String ending) throws IOException {
    Path path = new Path(directory);
    FileSystem system = system(path);
    String root = system.getFileStatus(path).getPath() + Path.SEPARATOR;
    Map<String, String> files = new TreeMap<>();
    RemoteIterator<LocatedFileStatus> all = system.listFiles(path, true);
    while (all.hasNext()) {
      String file = all.next().getPath().toString();
      if (file.endsWith(ending)) {
        files.put(file.substring(root.length(), file.length() - ending.length()), file);
      }
    }
    return files;
  }

  private FileSystem system(Path path) throws IOException {
    return path.getFileSystem(configuration.value().value());
  }
}
