package io.muster.api.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.http.SharedBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Loads files of the page and the files that they refer to, and writes the hash of the content of
 * each file into its name and into the references to it: a file is never cached longer than its
 * content is valid. Imports must not be cyclic, since the hash of a file covers those of its
 * imports. Confined to the thread that creates it; blocks.
 */
final class AssetLinker {
  private static final String OWN_RESOURCES = "/page/";
  private static final String LIBRARIES = "/META-INF/resources/";
  private static final Pattern REFERENCE = Pattern.compile("\"\\./([a-z-]+)\\.(js|css)\"");
  private static final int HASH_BYTES = 8;

  /** The libraries, by the name under which the modules of the page import them. */
  private static final Map<String, String> LIBRARY_FILES =
      Map.of(
          "preact.js", "_static/htm/3.1.1/preact/standalone.module.js",
          "uplot.js", "webjars/uplot/1.6.30/dist/uPlot.iife.min.js",
          "uplot.css", "webjars/uplot/1.6.30/dist/uPlot.min.css");

  /** The only build of uPlot below 100 kB defines a variable instead of an export. */
  private static final String UPLOT_EXPORT = "\nexport default uPlot;\n";

  private final Map<String, PageAsset> assets = new LinkedHashMap<>();
  private final Set<String> openFiles = new HashSet<>();

  /** Returns a text with the references in it replaced by the paths of the files. */
  String link(String text) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            reference ->
                Matcher.quoteReplacement(
                    '"' + load(reference.group(1), reference.group(2)).path() + '"'));
  }

  /** Returns the loaded files by the name of their source, imports before their importers. */
  Map<String, PageAsset> assets() {
    return Map.copyOf(assets);
  }

  static String readText(String name) {
    var library = LIBRARY_FILES.get(name);
    var resource = library == null ? OWN_RESOURCES + name : LIBRARIES + library;
    try (var stream = AssetLinker.class.getResourceAsStream(resource)) {
      var text = new String(Objects.requireNonNull(stream, resource).readAllBytes(), UTF_8);
      return name.equals("uplot.js") ? text + UPLOT_EXPORT : text;
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  private PageAsset load(String stem, String extension) {
    var source = stem + "." + extension;
    var known = assets.get(source);
    if (known != null) {
      return known;
    }
    if (!openFiles.add(source)) {
      throw new IllegalStateException("file=" + source + ": expected no cyclic import");
    }
    var bytes = link(readText(source)).getBytes(UTF_8);
    var asset =
        new PageAsset(
            stem + "." + hash(bytes) + "." + extension,
            contentType(extension),
            new SharedBody(bytes).compress());
    assets.put(source, asset);
    return asset;
  }

  private static String contentType(String extension) {
    return (extension.equals("js") ? "text/javascript" : "text/css") + "; charset=utf-8";
  }

  private static String hash(byte[] bytes) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
