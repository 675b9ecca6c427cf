/* custody: the program. Everything is in the table of commands. */
#include "command.h"

int main(int argc, char **argv)
{
    return command_main(argc, (const char *const *)argv);
}
