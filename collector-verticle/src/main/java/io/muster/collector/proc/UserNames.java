package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Names of users by number, from {@code /etc/passwd}, which is read again when it changed. Users of
 * a directory service are not in there and keep their number.
 */
public final class UserNames {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  private final File passwd;
  private long readAt = -1;
  private Map<Long, String> names = Map.of();

  public UserNames(KernelTree tree) {
    this.passwd = tree.file("etc/passwd");
  }

  /** Notices a change of the file; called once before a row of look-ups. */
  public void refresh() {
    long changedAt = passwd.lastModified();
    if (changedAt != readAt) {
      names = read();
      readAt = changedAt;
    }
  }

  /** The name, else the number as text. */
  public String name(long userId) {
    var name = names.get(userId);
    return name == null ? Long.toString(userId) : name;
  }

  private Map<Long, String> read() {
    try {
      return parse(new String(Files.readAllBytes(passwd.toPath()), UTF_8));
    } catch (IOException e) {
      return Map.of(); // a container without accounts: numbers serve
    }
  }

  private static Map<Long, String> parse(String lines) {
    var names = new HashMap<Long, String>();
    for (var line : lines.split("\n", -1)) {
      var fields = line.split(":", -1);
      if (fields.length > 2 && NUMBER.matcher(fields[2]).matches()) {
        names.putIfAbsent(Long.parseLong(fields[2]), fields[0]);
      }
    }
    return names;
  }
}
