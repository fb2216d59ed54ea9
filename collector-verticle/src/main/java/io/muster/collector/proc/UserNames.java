package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * User names by user id, from {@code /etc/passwd}, which is read again after a change. Users of a
 * directory service are not in that file and are named by their id. Used by one thread only.
 */
public final class UserNames {
  private static final Pattern USER_ID_PATTERN = Pattern.compile("[0-9]{1,10}");

  private final File passwdFile;
  private long loadedModifiedAtMillis = -1;
  private Map<Long, String> namesById = Map.of();

  public UserNames(HostRoot hostRoot) {
    this.passwdFile = hostRoot.file("etc/passwd");
  }

  /** Reads the file again if it has changed; called once before a series of lookups. */
  public void refresh() {
    long modifiedAtMillis = passwdFile.lastModified();
    if (modifiedAtMillis != loadedModifiedAtMillis) {
      namesById = readNames();
      loadedModifiedAtMillis = modifiedAtMillis;
    }
  }

  /** Returns the user name; the id as text if the file has none. */
  public String name(long userId) {
    var name = namesById.get(userId);
    return name == null ? Long.toString(userId) : name;
  }

  private Map<Long, String> readNames() {
    try {
      return parse(new String(Files.readAllBytes(passwdFile.toPath()), UTF_8));
    } catch (IOException e) {
      return Map.of(); // a container without accounts: users are named by id
    }
  }

  private static Map<Long, String> parse(String passwd) {
    var parsedNames = new HashMap<Long, String>();
    for (var line : passwd.split("\n", -1)) {
      var fields = line.split(":", -1);
      if (fields.length > 2 && USER_ID_PATTERN.matcher(fields[2]).matches()) {
        parsedNames.putIfAbsent(Long.parseLong(fields[2]), fields[0]);
      }
    }
    return parsedNames;
  }
}
