/*
 * The version of this program: that of the last release and, after a plus sign, how many commits
 * there are since, as in 0.2.0+17. src/version.cmake finds it. Any thread.
 */
#ifndef FACEGATE_VERSION_H
#define FACEGATE_VERSION_H

extern const char fg_version[];

#endif
