package io.muster.runtime.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A YAML file of settings. Every scalar keeps the text of the file: {@code off} is not a boolean,
 * and a token {@code 0123} keeps its zero.
 *
 * @param settings nested maps; empty if the file contains no settings
 * @param name file name, for messages
 */
public record ConfigFile(Map<?, ?> settings, String name) {
  private static final int MAX_BYTES = 1 << 20;

  /** The configuration of a node without a file. */
  public static final ConfigFile NONE = new ConfigFile(Map.of(), "");

  /**
   * Reads the file. A file that is missing, unreadable, larger than 1 MiB or malformed adds one
   * problem, with line and column if the parser reports them, and yields {@link #NONE}.
   */
  public static ConfigFile read(Path file, List<String> problems) {
    try {
      return new ConfigFile(parse(readText(file)), file.toString());
    } catch (UnreadableFileException e) {
      problems.add(file + e.getMessage());
      return NONE;
    }
  }

  private static String readText(Path file) throws UnreadableFileException {
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new UnreadableFileException(": is larger than 1 MiB");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw new UnreadableFileException(": no such file");
    } catch (CharacterCodingException e) {
      throw new UnreadableFileException(": is not text in UTF-8");
    } catch (IOException e) {
      throw new UnreadableFileException(": cannot be read: " + e.getMessage());
    }
  }

  private static Map<?, ?> parse(String text) throws UnreadableFileException {
    Object root;
    try {
      root = createParser().load(text);
    } catch (MarkedYAMLException e) {
      var mark = e.getProblemMark();
      var position = mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
      throw new UnreadableFileException(position + ": " + e.getProblem());
    } catch (YAMLException e) {
      throw new UnreadableFileException(
          ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
    if (root == null) {
      return Map.of();
    }
    if (root instanceof Map<?, ?> settings) {
      return settings;
    }
    throw new UnreadableFileException(": expected settings, one 'key: value' a line");
  }

  private static Yaml createParser() {
    var loaderOptions = new LoaderOptions();
    loaderOptions.setAllowDuplicateKeys(false);
    loaderOptions.setCodePointLimit(MAX_BYTES);
    // An alias of a map or list could contain itself, or expand without bound.
    loaderOptions.setMaxAliasesForCollections(0);
    var dumperOptions = new DumperOptions();
    return new Yaml(
        new SafeConstructor(loaderOptions),
        new Representer(dumperOptions),
        dumperOptions,
        loaderOptions,
        new TextResolver());
  }

  /** Resolves every plain scalar to text, except the spellings of null. */
  private static final class TextResolver extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.NULL, NULL, "~nN");
      addImplicitResolver(Tag.NULL, EMPTY, null);
    }
  }

  /**
   * A file from which no settings can be read. The message is the text that follows the file name.
   */
  private static final class UnreadableFileException extends Exception {
    UnreadableFileException(String message) {
      super(message);
    }
  }
}
