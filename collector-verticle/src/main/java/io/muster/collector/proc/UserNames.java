package io.muster.collector.proc;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * User names by user id, from {@code /etc/passwd}, which is read again after a change. Users of a
 * directory service are not in that file and are named by their id. Used by one thread only.
 */
public final class UserNames {
  private static final Pattern USER_ID_PATTERN = Pattern.compile("[0-9]{1,10}");
  private static final String PASSWD_PATH = "etc/passwd";

  private final HostRoot hostRoot;
  private long loadedModifiedAtMillis = -1;
  private Map<Long, String> namesById = Map.of();

  public UserNames(HostRoot hostRoot) {
    this.hostRoot = hostRoot;
  }

  /** Reads the file again if it has changed; called once before a series of lookups. */
  public void refresh() {
    long modifiedAtMillis = hostRoot.file(PASSWD_PATH).lastModified();
    if (modifiedAtMillis != loadedModifiedAtMillis) {
      // A container may have no accounts: users are named by id.
      namesById = parse(hostRoot.readText(PASSWD_PATH).orElse(""));
      loadedModifiedAtMillis = modifiedAtMillis;
    }
  }

  /** Returns the user name; the id as text if the file has none. */
  public String name(long userId) {
    return namesById.getOrDefault(userId, Long.toString(userId));
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
