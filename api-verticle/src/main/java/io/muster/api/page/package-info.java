/**
 * The web dashboard: its files from the jar, under names that contain a hash of their content, and
 * its first document with the fleet state in it.
 *
 * <p>May import: schema.json, api.http, api.state.
 */
@NullMarked
package io.muster.api.page;

import org.jspecify.annotations.NullMarked;
