package io.muster.runtime.config;

/**
 * One value as it was given.
 *
 * @param value text
 * @param origin where it came from, such as {@code --set}, {@code MUSTER_API_TOKEN} or {@code
 *     muster.yaml}
 */
record Setting(String value, String origin) {}
