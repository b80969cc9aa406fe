"""Rude words in English and Indonesian: not a dictionary of them, but those of classrooms.

Lower case, without accents. What innocent words and names hold (Harshit, Saltwater, Siriporn,
Perekonomian) stands in `WHOLE` and counts only as a whole word; `ANYWHERE` counts inside words too.
"""

ANYWHERE = frozenset(
    """
    fuck fvck phuck bitch biatch nigga faggot asshole arsehole cocksuck blowjob handjob dickhead
    shithead jackass dumbass hitler masturb
    kontol ngentot ngewe jancok jancuk dancok bangsat bajingan keparat goblok goblog pelacur jembut
    brengsek
    """.split()  # noqa: SIM905  # read as prose, one word beside the other
)
WHOLE = frozenset(
    """
    ass asses arse anal anus bastard bastards boob boobs bullshit cock cocks cum cumming cunt cunts
    dick dicks dildo fag fags fuk fuks heil hoes horny idiot kkk kys killyourself milf nazi nazis
    nigger niggers nude nudes penis piss pissed porn porno pornhub prick pricks pussy pussies rape
    rapist retard retarded sex sexy shit shits shitty slut sluts slutty spastic spic stfu tit tits
    tranny twat twats vagina wank wanker whore whores wtf
    ajg anjay anjg anjing anjir asu asyu babi banci bego bencong bgst bispak colmek entot itil
    jablay jnck kafir kampret kimak kntl lonte memek memekmu mmk ngaceng pantek pepek perek puki
    pukimak sange sangek sundal tetek titit toket tolol
    """.split()  # noqa: SIM905  # read as prose, one word beside the other
)
